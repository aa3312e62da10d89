# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Revoking per device CALs within the limit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    ConnectionLost,
    Fault,
    MethodFailed,
    NothingThere,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.cals import (
    revocation,
    revocation_survey,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.change import (
    NotApplied,
    Outcome,
    Progress,
    Refused,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.license_servers import (
    license_server,
)
from unit.plugin_utils.fake_pack_server import (
    DEVICE,
    UNLIMITED,
    PackServer,
    Row,
    Trouble,
    builtin,
    in_utc,
    issued,
    pack,
)
from unit.plugin_utils.soap import fault

NOW = datetime.now(UTC).replace(microsecond=0)
GONE = fault(0x8033805B, "w:InvalidSelectors", "no such instance")


class Run(NamedTuple):
    """What came of a run."""

    outcome: Outcome
    progress: Progress

    @property
    def revoked(self) -> list[int]:
        return [each["license_id"] for each in self.outcome.values["revoked"]]

    @property
    def skipped(self) -> dict[int, str]:
        return {each["license_id"]: each["reason"] for each in self.outcome.values["not_revoked"]}


def server(rows: list[Row], *more: Row, total: int = 50) -> PackServer:
    return PackServer([builtin(), pack(2, total, ProductType=DEVICE), *more], issued=rows)


def run(host: PackServer, *, check: bool = False, **selection: Any) -> Run:
    progress = Progress(sleep=host.sleep)
    outcome = revocation.ensure_revoked(
        host.session(check=check),
        revocation_survey.Selection(**selection),
        progress,
        check_mode=check,
    )
    return Run(outcome, progress)


def ends(days: int) -> str:
    return in_utc(NOW + timedelta(days=days))


ROWS: list[dict[str, Any]] = [
    {"license_ids": (2, 3)},
    {"computers": ("pc2", "PC3.ad.example.com")},
    {"expiring_within": 5},
    {"duplicates": True},
]


@pytest.mark.parametrize("selection", ROWS, ids=str)
@pytest.mark.parametrize("check", [True, False])
def test_each_way_to_select(selection: dict[str, Any], check: bool) -> None:
    rows = [
        issued(1, sHardwareId="a"),
        issued(2, ExpirationDate=ends(3), IssueDate=ends(-80)),
        issued(3, ExpirationDate=ends(4), IssueDate=ends(-70), sHardwareId="A"),
        issued(4, sIssuedToComputer="pc2.AD.example.com"),
    ]
    if "duplicates" not in selection:
        rows[3]["sIssuedToComputer"] = "pc4.ad.example.com"
    host = server(rows)
    found = run(host, check=check, **selection)
    assert found.outcome.changed
    assert found.revoked == [2, 3]
    assert host.methods == ([] if check else ["Revoke", "Revoke"])
    assert [each["LicenseStatus"] for each in rows] == ([2] * 4 if check else [2, 4, 4, 2])
    assert found.outcome.before != found.outcome.after


@pytest.mark.parametrize("selection", ROWS[:2], ids=str)
def test_a_second_run_does_nothing(selection: dict[str, Any]) -> None:
    host = server([issued(1), issued(2), issued(3)])
    run(host, **selection)
    called = len(host.calls)
    found = run(host, **selection)
    assert (found.outcome.changed, len(host.calls)) == (False, called)
    assert found.skipped == {2: "already_revoked", 3: "already_revoked"}
    assert found.outcome.before == found.outcome.after


def test_check_mode_foretells_the_run() -> None:
    rows = [issued(number) for number in range(1, 15)]
    told = run(server(rows), check=True, license_ids=tuple(range(1, 13)))
    done = run(server(rows), license_ids=tuple(range(1, 13)))
    assert told.outcome == done.outcome


def test_the_keys_of_the_instance() -> None:
    host = server([issued(7)])
    run(host, license_ids=(7,))
    assert host.calls == [("Revoke", {"LicenseId": "7", "KeyPackId": "2"})]


# -- the limit --------------------------------------------------------------------------------


def test_no_more_than_twenty_percent_of_a_version_are_planned() -> None:
    rows = [issued(number, ExpirationDate=ends(30 + number)) for number in range(1, 31)]
    rows += [issued(number, LicenseStatus=4, ExpirationDate=ends(number)) for number in (41, 44)]
    host = server(rows)
    found = run(host, license_ids=tuple(range(1, 31)))
    assert found.revoked == list(range(1, 9))  # 20 % of 50, less the 2 that are revoked
    assert host.methods == ["Revoke"] * 8
    assert set(found.skipped.values()) == {"limit"}
    assert found.outcome.values["limits"] == [
        {"version": "2022", "installed": 50, "revoked_before": 2, "allowed": 8}
    ]
    assert found.outcome.values["next_revoke_allowed_on"] == ends(41)
    assert found.outcome.values["next_revoke_source"] == "estimate"


def test_versions_have_limits_of_their_own() -> None:
    older = pack(3, 10, ProductType=DEVICE, ProductVersionID=6)
    rows = [issued(number, pack_id=2 + number % 2) for number in range(1, 13)]
    found = run(server(rows, older, total=10), license_ids=tuple(range(1, 13)))
    assert len(found.revoked) == 4
    assert {each["version"]: each["allowed"] for each in found.outcome.values["limits"]} == {
        "2022": 2,
        "2019": 2,
    }


@pytest.mark.parametrize(
    "more",
    [
        {"KeyPackType": 4},
        {"ExpirationDate": "2020-01-01T00:00:00Z"},
        {"TotalLicenses": UNLIMITED},
        {"ProductType": 1},
    ],
    ids=str,
)
def test_packs_that_do_not_count_add_nothing_to_the_limit(more: dict[str, Any]) -> None:
    total = more.pop("TotalLicenses", 100)
    other = pack(3, total, **{"ProductType": DEVICE, **more})
    found = run(server([issued(1)], other), license_ids=(1,))
    assert found.outcome.values["limits"][0]["allowed"] == 10


def test_no_limit_is_known_for_a_pack_that_does_not_count() -> None:
    host = server([issued(1)])
    host.packs[1]["ExpirationDate"] = "2020-01-01T00:00:00Z"
    found = run(host, license_ids=(1,))
    assert (found.skipped, found.outcome.changed) == ({1: "limit"}, False)
    assert found.outcome.values["next_revoke_allowed_on"] is None
    assert found.outcome.values["next_revoke_source"] is None


def test_windows_has_the_last_word() -> None:
    host = server([issued(1), issued(2), issued(3)])
    host.revocable, host.next_revoke = 1, NOW + timedelta(days=9)
    found = run(host, license_ids=(1, 2, 3))
    assert found.outcome.failure is None
    assert found.revoked == [1]
    assert found.skipped == {2: "limit", 3: "limit"}
    assert found.outcome.values["next_revoke_allowed_on"] == ends(9)
    assert found.outcome.values["next_revoke_source"] == "windows"
    assert host.methods == ["Revoke", "Revoke"]  # not tried a third time
    assert found.outcome.changed


def test_what_is_named_comes_before_what_is_swept_up() -> None:
    rows = [issued(number, ExpirationDate=ends(number)) for number in range(1, 7)]
    found = run(server(rows, total=10), license_ids=(6,), computers=("pc5",), expiring_within=4)
    assert found.revoked == [6, 5]
    assert [each["why"] for each in found.outcome.values["revoked"]] == ["license_id", "computer"]


# -- duplicates -------------------------------------------------------------------------------


def test_the_newest_of_a_device_stays() -> None:
    rows = [
        issued(1, sIssuedToComputer="pc", IssueDate=ends(-10)),
        issued(2, sIssuedToComputer="PC", IssueDate=ends(-5)),
        issued(3, sIssuedToComputer="pc", IssueDate=ends(-20)),
        issued(4, sIssuedToComputer="other"),
        issued(5, sIssuedToComputer=None, sHardwareId=None),
        issued(6, sIssuedToComputer=None, sHardwareId=None),
    ]
    assert sorted(run(server(rows), duplicates=True).revoked) == [1, 3]


def test_a_renamed_device_is_known_by_its_hardware_id() -> None:
    rows = [issued(1, sHardwareId="x", IssueDate=ends(-30)), issued(2, sHardwareId="X")]
    assert run(server(rows), duplicates=True).revoked == [1]


def test_cals_of_different_versions_are_no_duplicates() -> None:
    older = pack(3, 50, ProductType=DEVICE, ProductVersionID=6)
    rows = [issued(1, sIssuedToComputer="pc"), issued(2, pack_id=3, sIssuedToComputer="pc")]
    assert run(server(rows, older), duplicates=True).revoked == []


@pytest.mark.parametrize("status", [1, 4])
def test_only_active_cals_are_duplicates(status: int) -> None:
    rows = [issued(1, sIssuedToComputer="pc", LicenseStatus=status),
            issued(2, sIssuedToComputer="pc")]  # fmt: skip
    assert run(server(rows), duplicates=True).revoked == []


def test_the_last_cal_of_a_device_is_no_duplicate_of_one_that_is_named() -> None:
    rows = [issued(1, sIssuedToComputer="pc", IssueDate=ends(-1)),
            issued(2, sIssuedToComputer="pc", IssueDate=ends(-9))]  # fmt: skip
    assert run(server(rows), duplicates=True, license_ids=(1,)).revoked == [1]


# -- what is skipped and refused --------------------------------------------------------------


def test_what_cannot_be_revoked_is_skipped_with_its_reason() -> None:
    temporary = pack(4, UNLIMITED, KeyPackType=4, ProductType=DEVICE)
    rows = [
        issued(1, LicenseStatus=1, pack_id=4),
        issued(2, LicenseStatus=4),
        issued(3, LicenseStatus=5),
        issued(4, pack_id=1),
        issued(5, pack_id=77),
    ]
    found = run(server(rows, temporary), license_ids=(1, 2, 3, 4, 5, 6))
    assert found.outcome.changed is False
    assert found.skipped == {
        1: "not_active",
        2: "already_revoked",
        3: "not_active",
        4: "not_per_device",
        5: "not_per_device",
        6: "not_found",
    }


def test_sweeping_up_leaves_other_kinds_alone() -> None:
    rows = [issued(1, pack_id=1, ExpirationDate=ends(1)), issued(2, LicenseStatus=1)]
    found = run(server(rows), expiring_within=100, duplicates=True)
    assert (found.revoked, found.skipped) == ([], {})


def test_only_the_named_packs() -> None:
    other = pack(3, 50, ProductType=DEVICE)
    rows = [issued(1, ExpirationDate=ends(1)), issued(2, pack_id=3, ExpirationDate=ends(1))]
    found = run(server(rows, other), expiring_within=5, key_pack_ids=(3,))
    assert found.revoked == [2]


@pytest.mark.parametrize("selection", [{"license_ids": (1,)}, {"key_pack_ids": (3,)}], ids=str)
def test_per_user_is_refused(selection: dict[str, Any]) -> None:
    host = server([issued(1, pack_id=3), issued(2)], pack(3, 50))
    for check in (True, False):
        with pytest.raises(Refused) as caught:
            run(host, check=check, **selection)
    assert caught.value.reason == "per_user"
    assert host.calls == []


def test_a_number_that_two_packs_have_is_refused() -> None:
    other = pack(3, 50, ProductType=DEVICE)
    host = server([issued(1), issued(1, pack_id=3)], other)
    with pytest.raises(Refused, match="license 1 exists in two key packs"):
        run(host, license_ids=(1,))
    assert run(host, license_ids=(1,), key_pack_ids=(3,)).revoked == [1]
    assert host.calls == [("Revoke", {"LicenseId": "1", "KeyPackId": "3"})]


def test_no_license_server_and_no_rights() -> None:
    bare = PackServer(installed=False)
    with pytest.raises(license_server.NotALicenseServer):
        run(bare, duplicates=True)
    found = run(bare, check=True, duplicates=True)
    assert (found.outcome.changed, found.revoked) == (False, [])
    assert "RD Licensing is not installed" in found.outcome.warnings[0]
    with pytest.raises(NothingThere):
        run(PackServer(administrator=False), duplicates=True)


# -- what goes wrong --------------------------------------------------------------------------


@pytest.mark.parametrize("error", [2147749889, fault(5, "w:AccessDenied", "no")])
def test_a_failure_tells_what_was_revoked_before_it(
    error: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = server([issued(1), issued(2), issued(3)])
    calls = host._write

    def second_fails(sent: Any) -> Any:
        if len(host.calls) == 2:
            host.trouble = [Trouble(error)]
        return calls(sent)

    monkeypatch.setattr(host, "_write", second_fails)
    found = run(host, license_ids=(1, 2, 3))
    assert isinstance(found.outcome.failure, Fault | MethodFailed)
    assert found.revoked == [1]
    assert found.progress.applied == ["revoke license 1 of key pack 2"]
    assert len(host.calls) == 2


def test_a_cal_that_ended_meanwhile_is_skipped() -> None:
    host = server([issued(1), issued(2)])
    host.trouble = [Trouble(GONE)]
    found = run(host, license_ids=(1, 2))
    assert (found.revoked, found.skipped) == ([2], {1: "not_found"})
    assert found.outcome.failure is None


@pytest.mark.parametrize("done", [True, False])
def test_a_lost_answer_is_looked_for_and_not_repeated(done: bool) -> None:
    host = server([issued(1)])
    host.trouble = [Trouble(ConnectionLost("broke"), done)]
    found = run(host, license_ids=(1,))
    assert host.methods == ["Revoke"]
    assert found.revoked == ([1] if done else [])
    assert isinstance(found.outcome.failure, NotApplied) is not done


def test_no_message_holds_what_a_client_wrote() -> None:
    host = server([issued(1, sIssuedToComputer="<script>\u202e")])
    host.trouble = [Trouble(2147749889)]
    found = run(host, license_ids=(1,))
    assert "script" not in f"{found.outcome.failure} {found.progress.applied}"
