# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``rds_lserver_group`` does: membership in Terminal Server License Servers.

Without it a license server cannot write to the users' accounts which per user CALs they have
(event 4105). The methods find the group themselves (S-1-5-32-561), whatever it is called in
the domain's language. They ask Active Directory from the license server, which a remote session
may do only with delegated credentials.
"""

from __future__ import annotations

from ..._cim.errors import CimError, Fault, MethodFailed
from ..._cim.session import CimSession
from ..._windows.schema.license_server import LICENSE_SERVER
from ..change import Outcome, Progress, Refused, Step
from .license_server import SECOND_HOP, Membership, NotALicenseServer, ask_directory

_COMMAND = "Invoke-CimMethod -ClassName Win32_TSLicenseServer -MethodName AddLStoTSLSGroup"
_ASKING = "Invoke-CimMethod -ClassName Win32_TSLicenseServer -MethodName IsLSinTSLSGroup"


def ensure_member(
    session: CimSession, domain: str, progress: Progress, *, check_mode: bool
) -> Outcome:
    """Make the license server a member, where it is not.

    :param domain: whose group is asked about; empty for the server's own.
    :raises Refused: Active Directory does not answer a remote session.
    :raises CimError: the group could not be joined.
    """
    try:
        member = _ask(session, domain)
    except Fault as fault:
        if not fault.no_such_class:
            raise
        if not check_mode:
            raise NotALicenseServer from fault
        return Outcome(True, warnings=[f"{NotALicenseServer()}: it would join once it is."])
    if member.value is None:
        raise Refused(
            "second_hop",
            f"it is not known whether the server is a member ({member.why})",
            f"{SECOND_HOP}: {_COMMAND}",
        )
    before = {"member": member.value}
    if member.value:
        return Outcome(False, before, before)
    if not check_mode:
        progress.apply(
            [
                Step(
                    "join Terminal Server License Servers",
                    lambda: _join(session),
                    lambda: _ask(session, domain).value is True,
                )
            ]
        )
    return Outcome(True, before, {"member": True})


def _ask(session: CimSession, domain: str) -> Membership:
    return ask_directory(session, "IsLSinTSLSGroup", "IsMember", _ASKING, Domain=domain)


def _join(session: CimSession) -> None:
    try:
        session.patient().call(LICENSE_SERVER, "AddLStoTSLSGroup")
    except (MethodFailed, Fault) as error:
        if isinstance(error, Fault) and not error.access_denied:
            raise
        raise NotJoined(error) from error


class NotJoined(CimError):
    """Windows could not add the server to the group."""

    def __init__(self, error: CimError) -> None:
        super().__init__(f"the server could not be added: {error}")
        self.code = error.code
        self.advice = (
            "this takes a domain administrator, and credentials on the license server: connect "
            f"with Kerberos delegation or CredSSP, or run on the license server itself: {_COMMAND}"
        )
