# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Activating a license server (Microsoft Learn: Win32_TSLicenseServer and its methods)."""

from __future__ import annotations

from .clearinghouse import Clearinghouse, Refusal
from .license_server import LicenseServer

_NEEDED = ("FirstName", "LastName", "Company", "CountryRegion")
_SHORTEST_COUNTRY = 4
REASONS = range(5)


def _ask(server: LicenseServer) -> None:
    if server.plan.clearinghouse:
        raise Refusal(server.plan.clearinghouse, "the Clearinghouse cannot be reached")


def activate_automatically(server: LicenseServer, clearinghouse: Clearinghouse) -> None:
    """Over the Internet; four of the contact fields must be filled in.

    CountryRegion has to be a name as the wizard shows it: here at least, no two-letter code.
    """
    if any(not server.contact[name].strip() for name in _NEEDED):
        raise clearinghouse.refusal("wrong_contact", "contact data is missing")
    if len(server.contact["CountryRegion"].strip()) < _SHORTEST_COUNTRY:
        raise clearinghouse.refusal("wrong_contact", "CountryRegion is no country's name")
    _ask(server)
    server.activated = True


def activate_with(server: LicenseServer, code: str, clearinghouse: Clearinghouse) -> None:
    """With the license server id from web or telephone."""
    if code != server.license_server_id:
        raise clearinghouse.refusal("wrong_code")
    server.activated = True


def reactivate_automatically(server: LicenseServer, clearinghouse: Clearinghouse) -> None:
    """Over the Internet; the id stays."""
    if not server.activated:
        raise clearinghouse.refusal("not_activated")
    _ask(server)
    clearinghouse.count_reactivation(server)


def reactivate_with(server: LicenseServer, code: str, clearinghouse: Clearinghouse) -> None:
    """With a new license server id from web or telephone."""
    if not server.activated:
        raise clearinghouse.refusal("not_activated")
    if code != server.next_id:
        raise clearinghouse.refusal("wrong_code")
    clearinghouse.count_reactivation(server)
    server.take_next_id()


def deactivate_automatically(server: LicenseServer, clearinghouse: Clearinghouse) -> None:
    """Over the Internet; FirstName and LastName must be filled in."""
    if not (server.contact["FirstName"].strip() and server.contact["LastName"].strip()):
        raise clearinghouse.refusal("wrong_contact", "FirstName and LastName are missing")
    if not server.activated:
        raise clearinghouse.refusal("not_activated")
    _ask(server)
    server.activated = False


def deactivate_with(server: LicenseServer, code: str, clearinghouse: Clearinghouse) -> None:
    """With the confirmation code from the telephone."""
    if not server.activated:
        raise clearinghouse.refusal("not_activated")
    if code != server.confirmation_code:
        raise clearinghouse.refusal("wrong_code")
    server.activated = False
