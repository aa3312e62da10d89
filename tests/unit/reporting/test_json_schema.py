# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON report follows the schema that is published, and the schema knows every name."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.renderers import (
    as_json,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.report import (
    Report,
)
from unit.reporting.inventories import (
    HOSTILE,
    facts,
    hostile_report,
    inventory,
    large_fleet,
    monthly_history,
    pack,
    report,
    small_fleet,
    small_hosts,
)

# It has no types of its own.
jsonschema: Any = importlib.import_module("jsonschema")

SCHEMA = Path(__file__).parents[3] / "docs" / "schema" / "cal_inventory.schema.json"


def closed(schema: Any) -> Any:
    """The schema, but without room for names that it does not know."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: closed(each) for name, each in schema.items()}
    if "properties" in found and "required" in found:
        assert set(found["required"]) == set(found["properties"])
        found["additionalProperties"] = False
    return found


@pytest.fixture(scope="module")
def validator() -> Any:
    """The published schema, taken strictly."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(closed(schema))


def reports() -> dict[str, Report]:
    """All kinds of reports."""
    fleet = small_fleet()
    everything, machines, expected = large_fleet(40, 100)
    odd = facts(
        pack(3, version="unknown", version_id=99),
        pack(4, total=None, available=None),
        pack(5, unlimited=True),
        collected_at=None,
        server={"activated": None, "name": None},
    )
    return {
        "small": report(
            fleet,
            hosts=[*fleet, "ls4"],
            session_hosts=small_hosts(),
            history=monthly_history(inventory(fleet), 24),
            language="fr",
        ),
        "large": report(everything, hosts=expected, session_hosts=machines),
        "odd": report({"ls1": odd, "ls2": 5, "ls3": None}, session_hosts={"sh1": None}),
        "none": report({}),
        "hostile": hostile_report(HOSTILE[0]),
    }


@pytest.mark.parametrize("name", reports())
def test_reports_follow_the_schema(name: str, validator: Any) -> None:
    validator.validate(json.loads(as_json.render(reports()[name])))


@pytest.mark.parametrize(
    "change",
    [
        {"schema_version": 2},
        {"as_of": "yesterday"},
        {"novelty": 1},
        {"findings": [{"severity": "bad"}]},
        {"digest": "x"},
    ],
)
def test_the_schema_refuses_what_is_wrong(change: dict[str, Any], validator: Any) -> None:
    body = json.loads(as_json.render(reports()["small"])) | change
    assert not validator.is_valid(body)


def test_numbers_that_are_not_known_are_null() -> None:
    body = as_json.body(reports()["odd"])
    packs = {each["key_pack_id"]: each for each in body["servers"][0]["packs"]}
    assert packs[4]["total"] is None
    assert packs[5]["total"] is None
    assert body["servers"][0]["activated"] is None
    assert body["complete"] is False


def test_the_digest_is_that_of_the_inventory_whenever_it_was_collected() -> None:
    one = report({"ls1": facts(pack(), collected_at="2026-11-21T09:00:00Z")})
    same = report({"ls1": facts(pack(), collected_at="2026-11-20T23:00:00Z")})
    other = report({"ls1": facts(pack(issued=61))})
    assert one.digest == same.digest != other.digest


def test_facts_that_became_old_change_the_digest() -> None:
    fresh = report({"ls1": facts(pack())})
    old = report({"ls1": facts(pack(), collected_at="2026-10-01T00:00:00Z")})
    older = report({"ls1": facts(pack(), collected_at="2026-09-01T00:00:00Z")})
    assert fresh.digest != old.digest == older.digest
