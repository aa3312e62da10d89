# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about the mode and the license servers that a session host is set to."""

from __future__ import annotations

from collections.abc import Iterator

from ..names import same_list
from ..session_hosts.modes import LicensingMode
from ..session_hosts.session_host import POLICY_MODE, POLICY_SERVERS, Source
from .findings import Blocks, Evidence, Fix, Hit, Rule, Scope, Severity, listed
from .observations import Observed

_FIXES = {POLICY_MODE: Fix.POLICY_MODE, POLICY_SERVERS: Fix.POLICY_SERVERS}
_KNOWN_NAMES = {POLICY_MODE.casefold(), POLICY_SERVERS.casefold(), "specifiedlicenseservers"}


def _fix(observed: Observed, value: str) -> Fix | None:
    """Writing a policy value helps, unless a GPO puts its own back."""
    gpos = observed.policy.delivered(value) if observed.policy else ()
    return None if gpos else _FIXES[value]


def _gpo(observed: Observed, value: str) -> str | None:
    if observed.policy is None or observed.policy.gpos is None:
        return None
    return listed(observed.policy.delivered(value))


def _mode_not_configured(observed: Observed) -> Iterator[Hit]:
    settings = observed.working
    unset = (LicensingMode.NOT_CONFIGURED, LicensingMode.REMOTE_ADMINISTRATION)
    if settings is not None and settings.mode in unset:
        evidence = {"mode": str(settings.mode), "source": str(settings.mode_source)}
        yield Hit(evidence, fix=_fix(observed, POLICY_MODE))


def _mode_unknown(observed: Observed) -> Iterator[Hit]:
    settings = observed.working
    if settings is not None and settings.mode is LicensingMode.UNKNOWN:
        yield Hit({"source": str(settings.mode_source)}, fix=_fix(observed, POLICY_MODE))


def _no_license_server(observed: Observed) -> Iterator[Hit]:
    settings = observed.working
    if settings is not None and settings.servers == ():
        evidence = {
            "source": str(settings.servers_source),
            "stray": listed(settings.stray_subkeys or ()),
        }
        yield Hit(evidence, fix=_fix(observed, POLICY_SERVERS))


def _single_license_server(observed: Observed) -> Iterator[Hit]:
    settings = observed.working
    if settings is not None and settings.servers is not None and len(settings.servers) == 1:
        yield Hit({"server": settings.servers[0]})


def _per_user_in_workgroup(observed: Observed) -> Iterator[Hit]:
    settings = observed.working
    if (
        settings is not None
        and settings.mode is LicensingMode.PER_USER
        and observed.system.in_domain is False
    ):
        evidence = {"workgroup": observed.system.workgroup}
        yield Hit(evidence, fix=_fix(observed, POLICY_MODE))


def _stray_subkeys(observed: Observed) -> Iterator[Hit]:
    settings = observed.settings
    if settings is not None and settings.stray_subkeys:
        keys = settings.stray_subkeys
        evidence: Evidence = {"found": listed(keys), "n": len(keys)}
        yield Hit(evidence, fix=Fix.STRAY_SUBKEYS)


def _blank_value_names(observed: Observed) -> Iterator[Hit]:
    names = observed.policy.names if observed.policy else ()
    wrong = [
        each for each in names if each != each.strip() and each.strip().casefold() in _KNOWN_NAMES
    ]
    wrong += observed.server.blank_names if observed.server else ()
    if wrong:
        yield Hit({"found": listed(f"'{each}'" for each in wrong)})


def _policy_of_wrong_type(observed: Observed) -> Iterator[Hit]:
    for each in observed.policy.wrong_types if observed.policy else ():
        evidence = {"value": each.value, "type": each.found, "wanted": each.wanted}
        yield Hit(evidence, fix=_fix(observed, each.value))


def _settings_do_not_add_up(observed: Observed) -> Iterator[Hit]:
    settings = observed.working
    if settings is None:
        return
    for setting, note in (
        (POLICY_MODE, settings.mode_note),
        (POLICY_SERVERS, settings.servers_note),
    ):
        if note:
            yield Hit({"setting": setting, "note": note})


def _deployment_rules(observed: Observed) -> Iterator[Hit]:
    settings = observed.working
    if settings is None:
        return
    if Source.DEPLOYMENT in (settings.mode_source, settings.servers_source):
        mode = settings.deployment_mode
        yield Hit(
            {
                "mode": None if mode is None else str(mode),
                "servers": listed(settings.deployment_servers or ()),
            }
        )


def _gpo_delivers(observed: Observed) -> Iterator[Hit]:
    gpos = (observed.policy.gpos or {}) if observed.policy else {}
    delivered = {value: names for value, names in gpos.items() if names}
    if delivered:
        every = dict.fromkeys(name for names in delivered.values() for name in names)
        yield Hit({"found": listed(delivered), "gpo": listed(every)})


def _mode_differs(observed: Observed) -> Iterator[Hit]:
    settings, wanted = observed.working, observed.wanted.mode
    if settings is not None and wanted is not None and settings.mode is not wanted:
        yield Hit(
            {
                "mode": str(settings.mode),
                "wanted": str(wanted),
                "source": str(settings.mode_source),
                "gpo": _gpo(observed, POLICY_MODE),
            },
            fix=_fix(observed, POLICY_MODE),
        )


def _servers_differ(observed: Observed) -> Iterator[Hit]:
    settings, wanted = observed.working, observed.wanted.servers
    if settings is None or settings.servers is None or wanted is None:
        return
    if not same_list(settings.servers, wanted):
        yield Hit(
            {
                "servers": listed(settings.servers),
                "wanted": listed(wanted),
                "source": str(settings.servers_source),
                "gpo": _gpo(observed, POLICY_SERVERS),
            },
            fix=_fix(observed, POLICY_SERVERS),
        )


_SETTING = "Microsoft Learn: Win32_TerminalServiceSetting class"
_ADMX = "TerminalServer.admx (TS_LICENSE_SERVERS, TS_LICENSING_MODE)"
_BOTH = (Fix.POLICY_MODE, Fix.POLICY_SERVERS)
_HOST = Scope.SESSION_HOST

RULES = (
    Rule(
        "mode_not_configured",
        Severity.CRITICAL,
        _HOST,
        ("LicensingType",),
        "Microsoft Learn: Remote Desktop licensing mode is not configured",
        _mode_not_configured,
        fixes=(Fix.POLICY_MODE,),
        blocks=Blocks.SETTINGS,
    ),
    Rule(
        "no_license_server",
        Severity.CRITICAL,
        _HOST,
        ("GetSpecifiedLicenseServerList",),
        f"{_SETTING}, GetSpecifiedLicenseServerList",
        _no_license_server,
        rows=("R1",),
        fixes=(Fix.POLICY_SERVERS,),
        blocks=Blocks.SETTINGS,
    ),
    Rule(
        "mode_unknown",
        Severity.WARNING,
        _HOST,
        ("LicensingType",),
        f"{_SETTING}, LicensingType",
        _mode_unknown,
        fixes=(Fix.POLICY_MODE,),
    ),
    Rule(
        "per_user_in_workgroup",
        Severity.ERROR,
        _HOST,
        ("LicensingType", "PartOfDomain"),
        "Microsoft Learn: Install RDS host role service without Connection Broker",
        _per_user_in_workgroup,
        fixes=(Fix.POLICY_MODE,),
        blocks=Blocks.ALWAYS,
    ),
    Rule(
        "mode_differs",
        Severity.ERROR,
        _HOST,
        ("LicensingType", "wanted_mode"),
        "what the task says it should be",
        _mode_differs,
        fixes=(Fix.POLICY_MODE,),
    ),
    Rule(
        "servers_differ",
        Severity.ERROR,
        _HOST,
        ("GetSpecifiedLicenseServerList", "wanted_servers"),
        "what the task says it should be",
        _servers_differ,
        fixes=(Fix.POLICY_SERVERS,),
    ),
    Rule(
        "policy_of_wrong_type",
        Severity.ERROR,
        _HOST,
        ("policy values",),
        _ADMX,
        _policy_of_wrong_type,
        fixes=_BOTH,
    ),
    Rule(
        "stray_subkeys",
        Severity.WARNING,
        _HOST,
        ("sub-keys of the policy key",),
        f"{_ADMX}: the list is a value, not a key",
        _stray_subkeys,
        rows=("R1",),
        fixes=(Fix.STRAY_SUBKEYS,),
    ),
    Rule(
        "blank_value_names",
        Severity.WARNING,
        _HOST,
        ("names of registry values",),
        "Microsoft Learn: Use multiple Remote Desktop license servers (its commands have a blank)",
        _blank_value_names,
    ),
    Rule(
        "settings_do_not_add_up",
        Severity.WARNING,
        _HOST,
        ("policy values", "local values", "PolicySourceLicensingType"),
        f"{_SETTING}, PolicySource properties",
        _settings_do_not_add_up,
    ),
    Rule(
        "deployment_rules",
        Severity.NOTE,
        _HOST,
        ("Win32_TSDeploymentLicensing",),
        "Microsoft Learn: Win32_TSDeploymentLicensing class",
        _deployment_rules,
    ),
    Rule(
        "gpo_delivers",
        Severity.NOTE,
        _HOST,
        ("RSOP_RegistryPolicySetting",),
        "Microsoft Learn: RSOP_RegistryPolicySetting class",
        _gpo_delivers,
    ),
    Rule(
        "single_license_server",
        Severity.NOTE,
        _HOST,
        ("GetSpecifiedLicenseServerList",),
        "Microsoft Learn: Use multiple Remote Desktop license servers",
        _single_license_server,
    ),
)
