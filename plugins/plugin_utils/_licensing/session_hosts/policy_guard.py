# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the licensing mode and the list of license servers share: refusals, the policy key."""

from __future__ import annotations

from ..._windows.group_policy import origin_of
from ..._windows.registry import Absent
from ..change import Refused, Step
from .session_host import POLICY_KEY, Deployment, SessionHost, Setting


def refuse_gpo_delivered(host: SessionHost, value: str, *, rsop: str, override: bool) -> list[str]:
    """Refuse to change a policy value that a domain GPO delivers.

    The next policy refresh would undo the change, at a time when nobody looks.

    :param value: the name of the policy value.
    :param rsop: ``never`` asks nothing.
    :param override: warn instead.
    :returns: warnings.
    :raises Refused: a domain GPO delivers it.
    """
    if rsop == "never" or not host.computer().in_domain:
        return []
    origin = origin_of(host.session, POLICY_KEY, value)
    if not origin.known:
        return [
            f"Whether a domain GPO delivers {value} could not be told (no RSoP data on the host): "
            "if one does, the next policy refresh undoes this change."
        ]
    if not origin.gpos:
        return []
    named = ", ".join(f"'{each}'" for each in origin.gpos)
    if override:
        return [
            f"{value} is delivered by the domain GPO {named}: the next policy refresh undoes this "
            "change."
        ]
    raise Refused(
        "gpo",
        f"the policy value {value} is delivered by the domain GPO {named}: the next policy refresh "
        "would undo the change",
        "change it in that GPO, or take the host out of its scope; override_gpo: true writes it "
        "all the same",
    )


def refuse_local_without_effect(
    setting: Setting, deployment: Deployment | None, *, policy_rules: bool, what: str
) -> None:
    """Refuse a local setting where it would not take effect.

    :param policy_rules: a policy rules the setting.
    :param what: the setting, for the message.
    :raises Refused: no session host, or policy or deployment rules.
    """
    if not setting.session_host:
        raise Refused(
            "no_session_host",
            "the role service RD Session Host is not installed on this host: it has no local "
            f"{what}",
            "install RDS-RD-Server first, or use scope: policy, which takes effect once it is",
        )
    if policy_rules:
        raise Refused(
            "policy_rules",
            f"a group policy rules the {what} on this host, so a local one has no effect (Windows "
            "answers 0x80041016 to it)",
            rf"use scope: policy, or remove the value under HKLM\{POLICY_KEY} (state: absent with "
            "scope: policy) or in the GPO that delivers it",
        )
    if deployment is not None:
        raise Refused(
            "deployment_rules",
            f"the deployment (Connection Broker) rules the {what} on this host, so a local one has "
            "no effect",
            "change it in the deployment properties (Set-RDLicenseConfiguration), or use "
            "scope: policy, which beats the deployment",
        )


def create_policy_key(host: SessionHost, found: object) -> list[Step]:
    """The step that a policy value needs when not even its key is there."""
    if found is not Absent.KEY:
        return []
    registry = host.registry
    return [
        Step(
            rf"create the key HKLM\{POLICY_KEY}",
            lambda: registry.create_key(POLICY_KEY),
            lambda: registry.exists(POLICY_KEY),
        )
    ]
