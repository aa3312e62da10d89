# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about security and care. Most are notes: nothing stops working."""

from __future__ import annotations

from collections.abc import Iterator

from .findings import Hit, Rule, Scope, Severity, listed
from .observations import LICENSING_SERVICE, OTHER_ROLE_SERVICES, Observed

_CLOCK_SECONDS = 300
"""Kerberos refuses more (Microsoft Learn: Maximum tolerance for computer clock synchronization)."""
CVE = "CVE-2024-38077"
FIRST_PATCHED = {14393: 7159, 17763: 6054, 20348: 2582, 25398: 1009}
"""The first revision (UBR) with the update of 2024-07-09, by build."""
_FIRST_SAFE_BUILD = 26100
_RULES_SHOWN = 5


def is_patched(build: int | None, revision: int | None) -> bool | None:
    """Whether a build holds the update against CVE-2024-38077; None where it cannot be told.

    Older systems got it only with extended updates, which the build does not show.
    """
    if build is None:
        return None
    if build >= _FIRST_SAFE_BUILD:
        return True
    first = FIRST_PATCHED.get(build)
    if first is None or revision is None:
        return None
    return revision >= first


def other_roles(observed: Observed) -> list[str]:
    """The other role services of Remote Desktop on a license server, as far as they show.

    By their services; RD Web Access has none and shows among the server features only.
    """
    services = observed.services or {}
    features = (observed.server.features or ()) if observed.server else ()
    found = [
        *(["RD Session Host"] if observed.session_host else []),
        *(name for service, name in OTHER_ROLE_SERVICES.items() if service in services),
        *features,
    ]
    return list(dict.fromkeys(found))


def _unpatched(observed: Observed) -> Iterator[Hit]:
    if observed.server is not None and observed.server.patched is False:
        build = observed.system.build
        evidence = {
            "cve": CVE,
            "build": f"{build}.{observed.server.ubr}",
            "first": f"{build}.{FIRST_PATCHED.get(build or 0)}",
        }
        yield Hit(evidence)


def _clock_differs(observed: Observed) -> Iterator[Hit]:
    ahead = observed.system.clock_ahead
    if ahead is not None and abs(ahead) > _CLOCK_SECONDS:
        yield Hit({"minutes": round(ahead / 60)})


def _on_domain_controller(observed: Observed) -> Iterator[Hit]:
    if observed.license_server and observed.system.domain_controller:
        yield Hit({"service": LICENSING_SERVICE})


def _beside_other_roles(observed: Observed) -> Iterator[Hit]:
    roles = other_roles(observed)
    if observed.license_server and roles:
        yield Hit({"roles": listed(roles)})


def _secure_licensing_off(observed: Observed) -> Iterator[Hit]:
    if observed.license_server and observed.policy and observed.policy.secure_licensing is False:
        yield Hit({"value": "fSecureLicensing"})


def _rpc_open_to_everyone(observed: Observed) -> Iterator[Hit]:
    firewall = observed.firewall
    if observed.license_server and firewall and (firewall.open_rules or firewall.unguarded):
        shown = [*firewall.open_rules[:_RULES_SHOWN]]
        if len(firewall.open_rules) > _RULES_SHOWN:
            shown.append("...")
        yield Hit(
            {
                "n": len(firewall.open_rules),
                "rules": listed(shown),
                "profiles": listed(firewall.unguarded),
            }
        )


def _nla_off(observed: Observed) -> Iterator[Hit]:
    if observed.session_host and observed.nla is False:
        yield Hit({"setting": "UserAuthenticationRequired"})


_SERVER = Scope.LICENSE_SERVER

RULES = (
    Rule(
        "license_server_unpatched",
        Severity.ERROR,
        _SERVER,
        ("BuildNumber", "UBR"),
        f"{CVE}: first builds that hold the fix (update histories)",
        _unpatched,
    ),
    Rule(
        "clock_differs",
        Severity.WARNING,
        Scope.SESSION_HOST,
        ("LocalDateTime",),
        "Microsoft Learn: Maximum tolerance for computer clock synchronization",
        _clock_differs,
        rows=("R3",),
    ),
    Rule(
        "license_server_on_domain_controller",
        Severity.NOTE,
        _SERVER,
        ("DomainRole",),
        "Microsoft Learn: Best practices for RD Licensing (not on a domain controller)",
        _on_domain_controller,
    ),
    Rule(
        "license_server_beside_roles",
        Severity.NOTE,
        _SERVER,
        ("services", "TerminalServerMode", "Win32_ServerFeature"),
        "Microsoft Learn: Remote Desktop Services roles",
        _beside_other_roles,
    ),
    Rule(
        "secure_licensing_off",
        Severity.NOTE,
        _SERVER,
        ("policy value fSecureLicensing",),
        "TerminalServer.admx (TS_LICENSE_SECGROUP)",
        _secure_licensing_off,
    ),
    Rule(
        "rpc_open_to_everyone",
        Severity.NOTE,
        _SERVER,
        ("Windows Firewall (network: true)",),
        "Microsoft Learn: Get-NetFirewallRule, Get-NetFirewallAddressFilter",
        _rpc_open_to_everyone,
    ),
    Rule(
        "nla_off",
        Severity.NOTE,
        Scope.SESSION_HOST,
        ("UserAuthenticationRequired",),
        "Microsoft Learn: Win32_TSGeneralSetting class",
        _nla_off,
    ),
)
