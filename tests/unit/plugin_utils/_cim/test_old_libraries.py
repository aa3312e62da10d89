# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Libraries that are there and too old."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.carriers import (
    psrp,
    winrm,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    CarrierUnavailable,
)


def test_pywinrm_before_0_5_0_is_refused_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    # What 0.4.3 has in that module.
    names = ("AuthenticationError", "InvalidCredentialsError", "WinRMTransportError")
    monkeypatch.setattr(winrm, "exceptions", SimpleNamespace(**dict.fromkeys(names, Exception)))
    with pytest.raises(CarrierUnavailable, match=r"needs pywinrm 0\.5\.0 or newer") as caught:
        winrm.WinrmCarrier(SimpleNamespace(protocol=None))
    assert caught.value.advice == 'python -m pip install "pywinrm>=0.5.0"'


class OldTransport:
    """How a transport of pypsrp 0.8.1 takes a message."""

    def send(self, message: bytes) -> bytes:
        raise NotImplementedError


def test_pypsrp_before_0_9_0_is_refused_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psrp, "_TransportHTTP", OldTransport)
    with pytest.raises(CarrierUnavailable, match=r"needs pypsrp 0\.9\.0 or newer") as caught:
        psrp.PsrpCarrier(SimpleNamespace(runspace=None))
    assert caught.value.advice == 'python -m pip install "pypsrp>=0.9.0"'
