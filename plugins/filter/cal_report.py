# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that turn facts of license servers into reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from ansible.errors import AnsibleFilterError

from ..plugin_utils._reporting.formats import FORMATS
from ..plugin_utils._reporting.request import BadRequest, Request, at, snapshots_from


def render(
    name: str, facts: Mapping[str, Any], *, snapshots: Any = (), now: object = None, **options: Any
) -> str:
    """A report in one format; see the documentation of the filters.

    :raises AnsibleFilterError: an option is unknown or makes no sense.
    """
    try:
        request = Request(facts=facts, now=datetime.now(UTC), **options)
        if now is not None:
            request = at(request, now)
        report, dummy = request.report(snapshots_from(snapshots))
    except (BadRequest, TypeError) as error:
        raise AnsibleFilterError(f"cal_{name}: {error}") from error
    return FORMATS[name].render(report)


class FilterModule:
    """One filter per output format: ``cal_csv``, ``cal_html`` and so on."""

    def filters(self) -> dict[str, Callable[..., str]]:
        """The filters by name."""
        return {f"cal_{name}": partial(render, name) for name in FORMATS}
