# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builders: facts, hosts and rows as the options of rds_migration_plan hold them."""

from __future__ import annotations

from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.remote_desktop.licensing.plugins.module_utils._specs.rds_migration_plan import (
    SPEC,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.migration.asking import (
    plan_of,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.migration.plan import (
    Plan,
)

Json = dict[str, Any]
OLD_ID, NEW_ID = "O" * 35, "N" * 35


def pack(key_pack_id: int = 2, **values: Any) -> Json:
    """A key pack as the facts list it."""
    total = values.get("total", 50)
    usual = {
        "type": "per_user",
        "program": "open",
        "version": "2022",
        "suite": "rds",
        "total": total,
        "issued": 0,
        "available": total,
        "unlimited": False,
        "expired": False,
    }
    return {"key_pack_id": key_pack_id, **usual, **values}


def facts(*packs: Json, **server: Any) -> Json:
    """The facts rds_cal of a license server."""
    about = {"name": "LSOLD", "license_server_id": OLD_ID, "os_build": 20348, "activated": True}
    return {"server": {**about, **server}, "packs": list(packs), "issued": None}


def new_facts(*packs: Json, **server: Any) -> Json:
    """Those of the new one."""
    return facts(
        *packs, **{"name": "LSNEW", "license_server_id": NEW_ID, "os_build": 26100, **server}
    )


def host(name: str = "SH1", **values: Any) -> Json:
    """What rds_host_info registered."""
    usual = {
        "name": name,
        "os_build": 20348,
        "release": "2022",
        "domain": "corp.example",
        "client_os": False,
        "domain_controller": False,
        "session_host": True,
        "mode": "per_user",
        "servers": ["lsold"],
        "servers_by_policy": False,
    }
    return {"changed": False, "host": {**usual, **values}}


def row(**values: Any) -> Json:
    """An Open License that is imported; the numbers are made up."""
    usual = {
        "channel": "open",
        "method": "import",
        "version": "2022",
        "type": "per_user",
        "quantity": 50,
        "license_number": "12345678",
        "authorization_number": "ABCDEFGHJKLMN12",
        "source_server": "LSOLD",
        "source_product_id": OLD_ID,
    }
    return {**usual, **values}


def agreement(**values: Any) -> Json:
    """An agreement for devices that is imported."""
    numbers = {"license_number": None, "authorization_number": None}
    usual = {
        "channel": "agreement",
        "type": "per_device",
        "agreement_type": "enterprise",
        "agreement_number": "7654321",
    }
    return row(**{**numbers, **usual, **values})


def plan(**options: Any) -> Plan:
    """A plan from options, validated as the module validates them."""
    validation = ArgumentSpecValidator(**SPEC.as_arguments()).validate(options)
    assert not validation.error_messages, validation.error_messages
    return plan_of(validation.validated_parameters, "lsnew")


def migration(**options: Any) -> Plan:
    """A migration that is ready, but for what the test changes."""
    usual: Json = {
        "packs": [row()],
        "old_facts": facts(pack()),
        "new_facts": new_facts(),
        "old_host": host("LSOLD"),
        "new_host": host("LSNEW", release="2025", session_host=False),
        "new_entry": "lsnew.corp.example",
        "session_hosts": {"sh1": host()},
    }
    return plan(**{**usual, **options})


def codes(made: Plan, severity: str = "stop") -> list[str]:
    """The codes of the findings of one severity."""
    return [each.code for each in made.findings if each.severity == severity]


def states(made: Plan) -> dict[str, str]:
    """The states of the steps by name; of several of one name the last."""
    return {each.name: str(each.state) for each in made.steps}
