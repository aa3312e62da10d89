# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owned, installed, issued and authorized, with the rule applied."""

from __future__ import annotations

from datetime import date

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.compliance.account import (
    Line,
    LineState,
    Reconciliation,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.compliance.authorized_users import (
    AuthorizedUsers,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.compliance.entitlements import (
    Entitlement,
    read_entitlements,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.compliance.farm import (
    Farm,
    FarmHost,
    FarmServer,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.compliance.reconciliation import (
    reconcile,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.compliance.words import (
    SENTENCES,
)
from unit.plugin_utils._licensing.compliance.farms import bought, host, pack, server

TODAY = date(2026, 11, 21)
DEVICE, USER = "per_device", "per_user"


def reconciled(
    *servers: FarmServer,
    owned: tuple[Entitlement, ...] | None = (),
    users: AuthorizedUsers | None = None,
    hosts: tuple[FarmHost, ...] = (),
) -> Reconciliation:
    return reconcile(Farm(servers, hosts), owned, users, TODAY)


def only(found: Reconciliation) -> Line:
    (line,) = found.lines
    return line


def ids(found: Reconciliation) -> set[str]:
    for each in found.findings:
        assert "{" not in each.text
    return {each.id for each in found.findings}


def signals(found: Reconciliation) -> set[str]:
    for each in found.unknown:
        assert "{" not in each.as_dict()["why"]
    return {each.signal for each in found.unknown}


# -- per device: enforced --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("owned", "total", "issued", "state", "over_used", "over_installed", "not_installed", "unused"),
    [
        (100, 100, 60, "ok", 0, 0, 0, 40),
        (100, 80, 60, "not_installed", 0, 0, 20, 40),
        (100, 120, 60, "over_installed", 0, 20, 0, 40),
        (50, 120, 60, "over_used", 10, 70, 0, 0),
        (100, 100, 104, "over_used", 4, 0, 0, 0),
        (110, 100, 104, "over_issued", 0, 0, 10, 6),
        (0, 5, 0, "over_installed", 0, 5, 0, 0),
    ],
)
def test_per_device(
    owned: int,
    total: int,
    issued: int,
    state: str,
    over_used: int,
    over_installed: int,
    not_installed: int,
    unused: int,
) -> None:
    lines = bought(("volume", "2022", DEVICE, owned)) if owned else ()
    line = only(reconciled(server(pack("2022", DEVICE, total, issued)), owned=lines))
    assert (line.state, line.rule) == (state, "per_device_enforced")
    assert (line.owned, line.installed.value, line.issued.value) == (owned, total, issued)
    assert (line.over_used, line.over_installed) == (over_used, over_installed)
    assert (line.not_installed, line.unused) == (not_installed, unused)
    assert line.over_issued == max(0, issued - total)
    assert line.authorized is None


def test_a_surplus_of_one_server_hides_no_lack_of_another() -> None:
    one = server(pack("2022", DEVICE, 10, 14))
    other = server(pack("2022", DEVICE, 10, 2), name="ls2")
    line = only(reconciled(one, other, owned=bought(("volume", "2022", DEVICE, 20))))
    assert (line.issued.value, line.over_issued, line.over_used) == (16, 4, 0)
    assert line.state is LineState.OVER_ISSUED


# -- per user: an honor system ---------------------------------------------------------------


def test_authorized_users_count_not_what_was_issued() -> None:
    ls1 = server(pack("2022", USER, 100, 3), per_user={"2022": 3})
    owned = bought(("open", "2022", USER, 100))
    line = only(reconciled(ls1, owned=owned, users=AuthorizedUsers(by_version={"2022": 130})))
    assert (line.rule, line.authorized, line.over_used) == ("per_user_authorized", 130, 30)
    assert line.state is LineState.OVER_USED
    assert "130 authorized users" in line.why
    enough = reconciled(ls1, owned=owned, users=AuthorizedUsers(by_version={"2022": 100}))
    assert (only(enough).state, only(enough).unused) == (LineState.OK, 0)


def test_without_authorized_users_the_report_of_issued_ones_counts() -> None:
    ls1 = server(pack("2022", USER, 100, 0), per_user={"2022": 104})
    found = reconciled(ls1, owned=bought(("open", "2022", USER, 100)))
    assert (only(found).rule, only(found).over_used) == ("per_user_issued", 4)
    assert "authorized_unknown" in signals(found)


def test_no_report_is_not_zero() -> None:
    found = reconciled(
        server(pack("2022", USER, 100, 0)), owned=bought(("open", "2022", USER, 100))
    )
    line = only(found)
    assert (line.rule, line.issued.value, line.issued.known) == ("per_user_unknown", None, 0)
    assert (line.state, line.over_used, line.unused) == (LineState.UNKNOWN, None, None)
    assert line.as_dict()["issued"] is None
    assert {"authorized_unknown", "per_user_issued_unknown"} <= signals(found)
    # What a pack shows is the least that it can be, and more than owned is too many already.
    shown = reconciled(
        server(pack("2022", USER, 200, 120)), owned=bought(("open", "2022", USER, 100))
    )
    assert only(shown).over_used == 20


def test_more_issued_than_authorized_is_told() -> None:
    ls1 = server(pack("2022", USER, 100, 50), per_user={"2022": 50})
    users = AuthorizedUsers(by_version={"2022": 40})
    found = reconciled(ls1, owned=bought(("volume", "2022", USER, 100)), users=users)
    assert "authorized_below_issued" in ids(found)
    users = AuthorizedUsers(by_version={"2022": 50})
    same = reconciled(ls1, owned=bought(("volume", "2022", USER, 100)), users=users)
    assert "authorized_below_issued" not in ids(same)


def test_a_number_for_all_users_is_held_against_the_newest_hosts() -> None:
    ls1 = server(pack("2019", USER, 50, 0), pack("2022", USER, 50, 0, number=4))
    owned = bought(("volume", "2019", USER, 50), ("volume", "2022", USER, 50))
    hosts = (
        host("a", "2019", USER, "ls1"),
        host("b", "2022", USER, "ls1"),
        host("c", "2025", DEVICE, "ls1"),
    )
    found = reconciled(ls1, owned=owned, users=AuthorizedUsers(total=60), hosts=hosts)
    by_version = {line.key.version: line for line in found.lines}
    # A CAL of 2019 does not serve on the hosts of 2022.
    assert (by_version["2022"].authorized, by_version["2022"].over_used) == (60, 10)
    assert (by_version["2019"].authorized, by_version["2019"].over_used) == (0, 0)
    blind = reconciled(ls1, owned=owned, users=AuthorizedUsers(total=60))
    assert "authorized_version_unknown" in signals(blind)
    assert {line.authorized for line in blind.lines} == {None}


def test_users_without_any_cal() -> None:
    users = AuthorizedUsers(by_version={"2022": 12})
    line = only(reconciled(server(), users=users))
    assert (line.owned, line.used.value, line.over_used) == (0, 12, 12)
    assert not reconciled(server(), users=AuthorizedUsers(by_version={"2022": 0})).lines


# -- versions ----------------------------------------------------------------------------------


def test_newer_cals_serve_older_hosts() -> None:
    ls1 = server(pack("2019", DEVICE, 50, 50))
    line, newer = reconciled(ls1, owned=bought(("volume", "2022", DEVICE, 60))).lines
    assert (line.key.version, line.owned, line.over_used, line.state) == ("2019", 0, 0, "ok")
    assert [each.as_dict() for each in line.covered_by] == [
        {"version": "2022", "quantity": 50, "documented": True}
    ]
    assert (newer.owned, newer.unused, newer.not_installed) == (60, 10, 10)


def test_older_cals_serve_no_newer_hosts() -> None:
    ls1 = server(pack("2022", DEVICE, 50, 50))
    older, line = reconciled(ls1, owned=bought(("volume", "2019", DEVICE, 60))).lines
    assert (line.over_used, line.over_installed, line.covered_by) == (50, 50, ())
    assert older.unused == 60


def test_users_and_devices_are_never_added() -> None:
    ls1 = server(pack("2022", DEVICE, 50, 50))
    device, user = reconciled(ls1, owned=bought(("volume", "2022", USER, 60))).lines
    assert (device.key.type, device.owned, device.over_used) == (DEVICE, 0, 50)
    assert (user.key.type, user.owned, user.unused) == (USER, 60, 60)


def test_rds_and_vdi_are_never_added() -> None:
    ls1 = server(pack("2022", DEVICE, 50, 50, suite="vdi"))
    rds, vdi = reconciled(ls1, owned=bought(("volume", "2022", DEVICE, 60))).lines
    assert (rds.key.suite, vdi.key.suite, vdi.over_used) == ("rds", "vdi", 50)


def test_what_only_the_rule_covers_is_told() -> None:
    ls1 = server(pack("2012", DEVICE, 5, 5))
    assert "cal_probably_covered" in ids(reconciled(ls1, owned=bought(("open", "2022", DEVICE, 5))))
    assert "cal_probably_covered" not in ids(
        reconciled(ls1, owned=bought(("open", "2019", DEVICE, 5)))
    )


def test_an_unknown_version_is_shown_and_compared_with_nothing() -> None:
    ls1 = server(pack("unknown", DEVICE, 5, 5))
    unknown = reconciled(ls1, owned=()).lines[0]
    assert (unknown.rule, unknown.state, unknown.over_used) == ("not_comparable", "unknown", None)


# -- what is never counted, and what is not known ---------------------------------------------


@pytest.mark.parametrize("place", ["expired", "temporary", "unlimited"])
def test_what_stands_apart_is_in_no_sum(place: str) -> None:
    ls1 = server(pack("2022", DEVICE, 10, 4), pack("2022", DEVICE, 90, 9, place=place, number=4))
    found = reconciled(ls1, owned=bought(("volume", "2022", DEVICE, 10)))
    assert (only(found).installed.value, only(found).issued.value) == (10, 4)
    assert ("cal_expired" in ids(found)) is (place == "expired")
    assert ("cal_unlimited" in ids(found)) is (place == "unlimited")


def test_a_silent_license_server_makes_no_verdict_good() -> None:
    silent = server(name="ls2", known=False)
    owned = bought(("volume", "2022", DEVICE, 100))
    found = reconciled(server(pack("2022", DEVICE, 90, 50)), silent, owned=owned)
    line = only(found)
    assert (line.installed.value, line.installed.known) == (None, 90)
    assert (line.state, line.over_used, line.unused) == (LineState.UNKNOWN, None, None)
    assert (line.as_dict()["installed"], line.as_dict()["installed_at_least"]) == (None, 90)
    assert "no_facts" in signals(found)
    # An excess that shows already stays one.
    over = reconciled(server(pack("2022", DEVICE, 190, 150)), silent, owned=owned)
    assert (only(over).over_used, only(over).state) == (50, LineState.OVER_USED)


def test_no_license_server_at_all() -> None:
    found = reconciled(owned=bought(("volume", "2022", DEVICE, 10)))
    assert (only(found).installed.value, only(found).state) == (None, LineState.UNKNOWN)
    assert "no_servers" in signals(found)


def test_a_pack_that_cannot_be_read() -> None:
    unreadable = pack("2022", DEVICE, None, None, place="unreadable", number=4)
    found = reconciled(
        server(pack("2022", DEVICE, 10, 4), unreadable),
        owned=bought(("volume", "2022", DEVICE, 10)),
    )
    assert (only(found).state, only(found).installed.value) == (LineState.UNKNOWN, None)
    assert "packs_unreadable" in signals(found)


def test_no_list_of_purchases_is_not_an_empty_one() -> None:
    ls1 = server(pack("2022", DEVICE, 10, 4))
    unknown = reconciled(ls1, owned=None)
    assert (only(unknown).owned, only(unknown).over_used) == (None, None)
    assert (only(unknown).state, signals(unknown)) == (LineState.UNKNOWN, {"no_entitlements"})
    empty = reconciled(ls1, owned=())
    assert (only(empty).owned, only(empty).over_installed) == (0, 10)
    over = reconciled(server(pack("2022", DEVICE, 10, 14)), owned=None)
    assert only(over).state is LineState.OVER_ISSUED


def test_a_doubtful_newer_version_makes_a_loan_doubtful() -> None:
    unreadable = pack("2022", DEVICE, None, None, place="unreadable", number=4)
    older, dummy = reconciled(
        server(pack("2019", DEVICE, 10, 4), unreadable),
        owned=bought(("volume", "2022", DEVICE, 10)),
    ).lines
    assert (older.installed.value, older.over_installed) == (10, None)


# -- purchases ----------------------------------------------------------------------------------


def test_purchases_that_do_not_count_today() -> None:
    row = {"program": "volume", "version": "2022", "type": DEVICE, "quantity": 10}
    owned = read_entitlements(
        [
            row,
            {**row, "quantity": 20, "valid_until": "2026-11-20"},
            {**row, "quantity": 40, "date": "2026-11-22"},
            {**row, "quantity": 80, "program": "spla"},
        ]
    )
    found = reconciled(server(pack("2022", DEVICE, 90, 1)), owned=owned)
    assert only(found).owned == 90
    purchases = {each.id: each for each in found.findings if each.id.startswith("entitlement_")}
    assert set(purchases) == {"entitlement_ended", "entitlement_not_yet", "entitlement_rented"}
    assert purchases["entitlement_ended"].values["where"] == "entitlements[1]"


def test_no_device_ever_got_a_cal() -> None:
    found = reconciled(server(pack("2022", DEVICE, 10, 0)), owned=())
    assert "cal_none_issued" in ids(found)
    assert "cal_none_issued" not in ids(reconciled(server(pack("2022", DEVICE, 10, 1)), owned=()))
    assert "cal_none_issued" not in ids(reconciled(server(pack("2022", USER, 10, 0)), owned=()))


@pytest.mark.parametrize(
    ("installed", "lines", "wrong"),
    [
        ("retail", [("open", "2022", 50)], [("retail", "open", 50)]),
        ("open", [("open", "2022", 50)], []),
        ("volume", [("enterprise", "2022", 50)], []),
        ("retail", [("enterprise", "2022", 50)], [("retail", "enterprise", 50)]),
        ("retail", [("other", "2022", 50)], []),
        ("retail", [("retail", "2025", 50)], []),
        ("retail", [("open", "2025", 30)], [("retail", "open", 30)]),
        ("retail", [("open", "2019", 50)], []),
        ("retail", [("retail", "2022", 30), ("open", "2022", 15)], [("retail", "open", 15)]),
        ("retail", [], []),
        ("unknown", [("open", "2022", 50)], []),
    ],
)
def test_the_wrong_channel(
    installed: str, lines: list[tuple[str, str, int]], wrong: list[tuple[str, str, int]]
) -> None:
    owned = bought(*((program, version, DEVICE, count) for program, version, count in lines))
    ls1 = server(pack("2022", DEVICE, 50, 10, program=installed))
    found = [
        each.values
        for each in reconciled(ls1, owned=owned).findings
        if each.id == "cal_wrong_channel"
    ]
    assert [
        (each["installed_program"], each["owned_program"], each["quantity"]) for each in found
    ] == wrong


def test_a_purchase_that_is_installed_rightly_explains_no_other_pack() -> None:
    right = pack("2022", DEVICE, 50, 10, program="open")
    found = reconciled(
        server(right, pack("2022", DEVICE, 50, 0, program="retail", number=4)),
        owned=bought(("open", "2022", DEVICE, 50)),
    )
    assert "cal_wrong_channel" not in ids(found)
    assert only(found).over_installed == 50


def test_the_worst_comes_first_and_every_sentence_can_be_said() -> None:
    found = reconciled(server(pack("2022", DEVICE, 190, 150)), owned=None, users=None)
    over = reconciled(
        server(pack("2022", DEVICE, 190, 250), pack("2019", USER, 10, 0, number=4)),
        owned=bought(("open", "2019", USER, 40)),
    )
    severities = [each.severity for each in over.findings]
    assert severities == sorted(severities, key=["error", "warning", "note"].index)
    for line in (*found.lines, *over.lines):
        assert "{" not in line.why
        assert line.as_dict()["rule"] in SENTENCES
