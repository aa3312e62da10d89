# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the options of rds_audit_report say, with the facts of all hosts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from .._evidence.evidence import Given
from .._evidence.gathering import LICENSE_SERVERS, SESSION_HOSTS, facts_named, names_of
from .._evidence.operator_lists import Loader, authorized_users, purchases


def given_of(params: Mapping[str, Any], variables: Mapping[str, Any], loader: Loader) -> Given:
    """Gather it; the lists of the operator only where there is an audit view.

    :param params: the validated options of the module.
    :raises EvidenceError: a list of the operator is wrong.
    """
    servers = names_of(variables, params["license_servers"], LICENSE_SERVERS)
    hosts = names_of(variables, params["session_hosts"], SESSION_HOSTS)
    facts, diagnoses = params["facts"], params["diagnoses"]
    if facts is None:
        facts = facts_named(variables, "rds_cal", servers)
    if diagnoses is None:
        diagnoses = facts_named(variables, "rds_diagnosis", dict.fromkeys([*hosts, *servers]))
    given = Given(
        facts=facts,
        diagnoses=diagnoses,
        license_servers=servers,
        session_hosts=hosts,
        now=datetime.now(UTC),
        max_fact_age=params["max_fact_age"],
        title=params["title"] or "",
    )
    if not params["audit"]:
        return given
    entitlements, documents = purchases(params, loader)
    users = authorized_users(params, loader)
    return replace(given, entitlements=entitlements, documents=documents, authorized=users)
