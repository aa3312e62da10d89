# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Win32_TSGeneralSetting (Microsoft Learn): the listener's security, of which NLA is a part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...model.host import Host
from ...model.licensing import LISTENER_KEY, POLICY_KEY
from ...model.registry import RegType
from ..errors import CimError, Wbem
from ..instance import Instance, Value
from ..provider import Call, Provider, Result

_NAME = "UserAuthentication"
_SERVER, _POLICY = 0, 1


def _network_level(host: Host) -> tuple[int, int]:
    """UserAuthenticationRequired and where it comes from: policy before the listener's own."""
    for key, source in ((POLICY_KEY, _POLICY), (LISTENER_KEY, _SERVER)):
        found = host.registry.get(key, _NAME)
        if found is not None and found[0] is RegType.DWORD and isinstance(found[1], int):
            return int(found[1] == 1), source
    return 0, _SERVER


class GeneralSetting(Provider):
    """The one listener, RDP-Tcp."""

    def instances(self, call: Call) -> Iterator[Instance]:
        """The settings of RDP-Tcp; only NLA is more than a usual value."""
        required, source = _network_level(call.host)
        properties: dict[str, Value] = {
            "Caption": None,
            "CertificateName": "",
            "Comment": "",
            "Description": None,
            "InstallDate": None,
            "MinEncryptionLevel": 2,
            "Name": None,
            "PolicySourceMinEncryptionLevel": 0,
            "PolicySourceSecurityLayer": 0,
            "PolicySourceUserAuthenticationRequired": source,
            "SecurityLayer": 2,
            "SSLCertificateSHA1Hash": f"{call.host.machine_id.int:040X}"[:40],
            "SSLCertificateSHA1HashType": 2,
            "Status": None,
            "TerminalName": "RDP-Tcp",
            "TerminalProtocol": "Microsoft RDP 8.0",
            "Transport": "tcp",
            "UserAuthenticationRequired": required,
            "WindowsAuthentication": 0,
        }
        yield Instance("Win32_TSGeneralSetting", properties)

    def invoke(self, call: Call, method: str, arguments: Mapping[str, Value]) -> Result:
        """SetUserAuthenticationRequired; the other methods are not simulated."""
        if method != "SetUserAuthenticationRequired":
            return int(Wbem.NOT_SUPPORTED), {}
        if not call.caller.administrator:
            raise CimError(Wbem.ACCESS_DENIED, "only administrators may change the settings")
        if _network_level(call.host)[1] == _POLICY:
            return int(Wbem.INVALID_OPERATION), {}
        wanted = arguments["UserAuthenticationRequired"]
        if wanted not in (0, 1):
            return int(Wbem.INVALID_PARAMETER), {}
        call.host.registry.set(LISTENER_KEY, _NAME, "DWORD", int(wanted == 1))
        return 0, {}
