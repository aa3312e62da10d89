# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a migration."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.migration.table import (
    WIDTH,
    table,
)

from .plans import (
    OLD_ID,
    Json,
    agreement,
    codes,
    facts,
    host,
    migration,
    new_facts,
    pack,
    row,
    states,
)


def test_a_migration_with_everything_is_ready() -> None:
    made = migration()
    assert (made.ready, made.done) == (True, False)
    assert codes(made) == codes(made, "warn") == []
    assert states(made) == {
        "backup": "to do",
        "prepare": "done",
        "import": "to do",
        "transition": "to do",
        "switch": "later",
        "deactivate": "later",
    }


def without(values: Json, name: str) -> Json:
    """Without one of them."""
    return {key: value for key, value in values.items() if key != name}


UNLIMITED = {"total": None, "available": None, "unlimited": True}


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("no_source", {"old_facts": None}),
        ("no_source_id", {"old_facts": facts(pack(), license_server_id=None)}),
        ("same_server", {"new_facts": facts()}),
        ("target_unknown", {"new_host": {"unreachable": True}}),
        ("too_new", {"new_host": host(release="2019")}),
        ("target_workgroup", {"new_host": host(domain=None)}),
        ("no_rows", {"packs": []}),
        ("numbers_missing", {"packs": [row(license_number="")]}),
        ("numbers_missing", {"packs": [row(source_product_id="")]}),
        ("numbers_missing", {"packs": [without(agreement(), "agreement_type")]}),
        ("bad_number", {"packs": [row(license_number="1234")]}),
        ("bad_quantity", {"packs": [row(quantity=0)]}),
        ("unexplained", {"new_facts": new_facts(pack(total=20))}),
        ("left_behind", {"old_facts": facts(pack(), pack(3, type="per_device"))}),
        ("left_behind", {"packs": [row(quantity=40)]}),
        ("cannot_move", {"old_facts": facts(pack(), pack(3, suite="vdi"))}),
        ("cannot_move", {"old_facts": facts(pack(), pack(3, **UNLIMITED))}),
        ("cannot_move", {"old_facts": facts(pack(), pack(3, version="unknown"))}),
        ("no_cal", {"packs": [row(version="2019")], "old_facts": facts(pack())}),
    ],
)
def test_what_stops_it(code: str, options: Json) -> None:
    made = migration(**options)
    assert code in codes(made)
    assert not made.ready
    accepted = migration(**options, accept=[code])
    assert code not in codes(accepted)
    assert code in codes(accepted, "warn")


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("no_hosts", {"session_hosts": {}}),
        ("host_unknown", {"session_hosts": {"sh1": {"unreachable": True}}}),
        ("host_unknown", {"session_hosts": {"sh1": {"failed": True}}}),
        ("host_unknown", {"session_hosts": {"sh1": {}}}),
        ("other_servers", {"session_hosts": {"sh1": host(servers=["other"])}}),
        ("mode", {"session_hosts": {"sh1": host(mode="not_configured")}}),
        ("workgroup", {"session_hosts": {"sh1": host(domain=None)}}),
        ("host_release", {"session_hosts": {"sh1": host(release=None)}}),
        ("other_domain", {"new_host": host(domain="else.example", release="2025")}),
        ("target_release", {"new_host": host(release=None), "new_facts": None}),
        ("more_than_there", {"packs": [row(quantity=60)]}),
        ("surplus", {"new_facts": new_facts(pack(total=70))}),
        ("no_cal_as_before", {"session_hosts": {"sh1": host(release="2025")}}),
    ],
)
def test_what_is_told_and_does_not_stop_it(code: str, options: Json) -> None:
    made = migration(**options)
    assert code in codes(made, "warn")
    assert made.ready


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"program": "temporary"}, "stays"),
        ({"expired": True}, "stays"),
    ],
)
def test_temporary_and_expired_packs_stay(values: Json, code: str) -> None:
    made = migration(old_facts=facts(pack(), pack(3, **values)))
    assert made.ready
    assert code in codes(made, "note")


def test_the_built_in_pack_is_nobody_s_purchase() -> None:
    builtin = pack(1, type="builtin", program="builtin", version="unknown", total=None)
    made = migration(old_facts=facts(builtin, pack()))
    assert made.ready
    assert [each["key_pack_id"] for each in made.data["packs"]] == [2]


def test_a_server_of_2025_holds_packs_of_2022_and_hosts_of_2025_find_none() -> None:
    made = migration(session_hosts={"sh1": host(), "sh2": host(release="2025")})
    assert made.ready, "the server can hold them"
    text = next(each.text for each in made.findings if each.code == "no_cal_as_before")
    assert text.startswith("sh2 (2025) will find no per user CAL on the new server: there are 2022")


def test_a_host_that_had_cals_and_would_lose_them_stops_it() -> None:
    old = facts(pack(), pack(3, version="2025"))
    made = migration(
        old_facts=old, session_hosts={"sh1": host(release="2025")}, accept=["left_behind"]
    )
    assert codes(made) == ["no_cal"]


def test_the_devices_that_will_ask_again() -> None:
    old = facts(pack(type="per_device", program="volume", total=30, issued=30))
    short = migration(
        packs=[agreement(quantity=20)],
        old_facts=old,
        session_hosts={"sh1": host(mode="per_device")},
        accept=["left_behind"],
    )
    assert short.data["capacity"] == [
        {
            "version": "2022",
            "type": "per_device",
            "issued_on_old": 30,
            "ask_again": 30,
            "free_on_new": 0,
            "coming": 20,
            "lacking": 10,
        }
    ]
    assert "capacity" in codes(short, "warn")
    held = pack(type="per_device", program="volume", total=30, issued=25, available=5)
    later = migration(packs=[agreement(quantity=30)], old_facts=old, new_facts=new_facts(held))
    assert later.data["capacity"][0]["ask_again"] == 5
    assert "capacity" not in codes(later, "warn")


def test_rows_without_a_program_take_what_the_others_leave() -> None:
    code = row(channel="key_pack_id", key_pack_code="K" * 35, license_number=None)
    made = migration(
        packs=[row(quantity=20), {**code, "authorization_number": None, "quantity": 30}],
        old_facts=facts(pack(total=20), pack(3, program="retail", total=30)),
    )
    assert codes(made) == []


def test_own_packs_of_the_new_server_are_no_imported_ones() -> None:
    mine = row(method="install", quantity=20)
    made = migration(own_packs=[mine], new_facts=new_facts(pack(total=20)))
    assert codes(made) == []
    assert made.data["rows"][0]["installed"] == 0
    arrived = migration(own_packs=[mine], new_facts=new_facts(pack(total=20), pack(3, total=50)))
    assert arrived.data["rows"][0]["installed"] == 50


def test_a_run_after_an_interruption_plans_the_rest_only() -> None:
    both = [row(), agreement(quantity=30)]
    old = facts(pack(), pack(3, type="per_device", program="volume", total=30))
    half = migration(packs=both, old_facts=old, new_facts=new_facts(pack()))
    assert [each["missing"] for each in half.data["rows"]] == [0, 30]
    hosts = {"sh1": host(servers=["lsnew.corp.example", "lsold"])}
    stocked = new_facts(pack(), pack(3, type="per_device", program="volume", total=30))
    served = migration(packs=both, old_facts=old, new_facts=stocked, session_hosts=hosts)
    assert served.done
    assert table(served)[-1] == "NOTHING TO DO."
    more = migration(packs=both, old_facts=old, new_facts=stocked, session_hosts=hosts, switch=True)
    assert states(more)["switch"] == "to do"
    assert states(more)["deactivate"] == "later"


def test_a_deactivated_old_server_does_not_stop_a_finished_migration() -> None:
    made = migration(
        packs=[row(source_product_id="")],
        old_facts=facts(pack(), license_server_id=None, activated=False),
        new_facts=new_facts(pack()),
        session_hosts={"sh1": host(servers=["lsnew.corp.example"])},
        switch=True,
        deactivate_old=True,
    )
    assert (made.ready, made.done) == (True, True)


def test_no_number_is_in_the_plan() -> None:
    made = migration(packs=[row(authorization_number="short-4711"), agreement()])
    told = json.dumps(made.as_dict()) + "\n".join(table(made))
    assert not any(each in told for each in ("12345678", "4711", "7654321"))
    assert "authorization_number" in told


@pytest.mark.parametrize("long", ["x" * 63, "a-name.with.many.labels." * 5])
def test_no_line_is_too_long_for_a_narrow_screen(long: str) -> None:
    made = migration(
        new_entry=long,
        session_hosts={long: host(long, servers=[long, long, "lsold"]), "sh2": host()},
        old_facts=facts(*(pack(number, issued=number) for number in range(2, 9))),
    )
    lines = table(made)
    assert max(map(len, lines)) <= WIDTH
    assert any("now:" in each for each in lines)


@pytest.mark.parametrize(
    "broken",
    [
        {"server": None, "packs": None},
        {"server": "LSOLD", "packs": ["x", None, {}, {"key_pack_id": "1", "total": "many"}]},
        {"packs": {"a": 1}, "issued": [1]},
        {"server": {"os_build": "new", "activated": "yes"}, "issued": {"by_status": "x"}},
    ],
)
def test_broken_facts_break_nothing(broken: dict[str, Any]) -> None:
    for name in ("old_facts", "new_facts"):
        assert table(migration(**{name: broken}))
    assert table(migration(session_hosts={"sh1": {"host": {"mode": 3, "servers": None}}}))


SHORT = {"key_pack_id": 2, "type": "per_user", "program": "open", "version": "2022", "suite": "rds"}
SHORT_PACKS = [{**SHORT, "total": 50, "issued": 12}]


@pytest.mark.parametrize(
    "told",
    [
        facts(pack(issued=12)),
        # A license server of the JSON report.
        {
            "name": "lsold",
            "computer_name": "LSOLD",
            "license_server_id": OLD_ID,
            "os_build": "20348",
            "packs": SHORT_PACKS,
        },
        # A bundle, as rds_lserver_backup_info tells it.
        {
            "name": "LSOLD-20261121T220000Z.zip",
            "server": "LSOLD",
            "license_server_id": OLD_ID,
            "os_build": 20348,
            "packs": SHORT_PACKS,
        },
    ],
)
def test_what_tells_of_a_dead_server(told: Json) -> None:
    made = migration(old_facts=told, old_host={"unreachable": True})
    assert made.ready
    assert made.data["old"]["name"] == "LSOLD"
    assert made.data["old"]["release"] == "2022"
    assert made.data["packs"][0]["total"] == 50
    assert made.data["capacity"][0]["ask_again"] == 12
    endless = {**told, "packs": [{**SHORT, "total": None, "issued": 1}]}
    assert "cannot_move" in codes(migration(old_facts=endless))
