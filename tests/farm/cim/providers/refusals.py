# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How refusals of the license server reach the caller."""

from __future__ import annotations

from collections.abc import Mapping

from ...model.clearinghouse import Refusal
from ...model.license_server import LicenseServer
from ...model.pack_changes import PackError
from ..errors import CimError, Wbem
from ..instance import Value
from ..provider import Result

_CODES = {"missing": Wbem.NOT_FOUND, "amount": Wbem.INVALID_PARAMETER, "kind": Wbem.NOT_SUPPORTED}


def refused(
    server: LicenseServer, error: Refusal | PackError | int, outputs: Mapping[str, Value]
) -> Result:
    """As ReturnValue or, when the scenario says so, as a fault; no document says which."""
    if isinstance(error, Refusal):
        code = error.code
    elif isinstance(error, PackError):
        code = int(_CODES[error.why])
    else:
        code = error
    if server.plan.errors_as == "fault":
        raise CimError(code, str(error))
    return code, outputs
