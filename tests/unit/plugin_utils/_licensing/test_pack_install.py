# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""rds_cal_pack with state present, against a license server that may go wrong."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    CimError,
    ConnectionLost,
    Fault,
    MethodFailed,
    NothingThere,
    Unreachable,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.cals import (
    pack_install,
    pack_inventory,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.cals import (
    wanted_packs as declared,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.change import (
    Outcome,
    OutcomeUnknown,
    Progress,
    Refused,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.license_servers import (
    license_server,
)
from unit.plugin_utils.fake_pack_server import (
    LATE,
    TIMED_OUT,
    UNLIMITED,
    PackServer,
    Trouble,
    builtin,
    pack,
)
from unit.plugin_utils.pack_rows import CODE, KEY_PACK_CODE, NUMBERS, SOURCE, row
from unit.plugin_utils.soap import fault

KIND = {"ProductVersionID": 7, "ProductType": 1, "TotalLicenses": 20}
CARRIED = {CODE.replace("-", ""): KIND, KEY_PACK_CODE: {**KIND, "KeyPackType": 5}}
LOST = ConnectionLost("the connection broke")
GARBLED = (200, b"<s:Envelope")
BARE_500 = (500, b"<html/>")
OPEN = "InstallOpenLicenseKeyPack"


class Run(NamedTuple):
    """What came of a run."""

    outcome: Outcome
    progress: Progress


def run(host: PackServer, *rows: dict[str, Any], check: bool = False, timeout: float = 60.0) -> Run:
    progress = Progress(sleep=host.sleep)
    wanted = declared.wanted_packs(rows or (row(),))
    outcome = pack_install.ensure_packs(
        host.session(check=check), wanted, progress, timeout=timeout, check_mode=check
    )
    return Run(outcome, progress)


def failure(host: PackServer, *rows: dict[str, Any], timeout: float = 60.0) -> tuple[Run, CimError]:
    """A run that stops at a call."""
    found = run(host, *rows, timeout=timeout)
    assert found.outcome.failure is not None
    said = f"{found.outcome} {found.outcome.failure} {found.progress.applied}"
    assert not [number for number in NUMBERS if number in said]
    return found, found.outcome.failure


def refusal(host: PackServer, *rows: dict[str, Any]) -> Refused:
    """Refused really and in check mode, and nothing was called."""
    for check in (True, False):
        with pytest.raises(Refused) as caught:
            run(host, *rows, check=check)
    assert host.calls == []
    return caught.value


# -- what is done -----------------------------------------------------------------------------


@pytest.mark.parametrize("there", [0, 30, 50, 70])
@pytest.mark.parametrize("check", [False, True])
def test_what_is_missing_is_installed(there: int, check: bool) -> None:
    host = PackServer([builtin(), pack(2, there)] if there else [builtin()])
    outcome, progress = run(host, check=check)
    missing = max(0, 50 - there)
    assert outcome.changed is bool(missing)
    assert sum(each for number, each in host.totals().items() if number != 1) == (
        there if check else max(50, there)
    )
    assert [each["quantity"] for each in outcome.values["installed"]] == [missing] * bool(missing)
    (total,) = outcome.values["totals"]
    assert (total["missing"], total["installed"]) == (0, max(50, there))
    assert (outcome.before == outcome.after) is (not missing)
    assert bool(progress.applied) is (bool(missing) and not check)
    assert host.methods == [OPEN] * (bool(missing) and not check)


def test_a_second_run_does_nothing() -> None:
    host = PackServer(kinds=dict(CARRIED))
    rows = [row(), row("retail", 20), row("agreement", 10), row("open", 5, version="2019")]
    assert run(host, *rows).outcome.changed
    called = list(host.calls)
    outcome, dummy = run(host, *rows)
    assert (outcome.changed, host.calls, outcome.failure) == (False, called, None)
    assert [each["missing"] for each in outcome.values["totals"]] == [0, 0, 0, 0]


def test_check_mode_foretells_the_run() -> None:
    rows = [row(), row("retail", 20, license_code=CODE)]
    told, done = PackServer(kinds=dict(CARRIED)), PackServer(kinds=dict(CARRIED))
    expected, came = run(told, *rows, check=True).outcome, run(done, *rows).outcome
    assert told.calls == []
    assert expected.values["totals"] == came.values["totals"]
    for one, other in zip(expected.values["installed"], came.values["installed"], strict=True):
        assert {**one, "key_pack_id": other["key_pack_id"]} == other
    assert expected.before == came.before
    assert expected.after is not None
    assert came.after is not None
    shown = [{**each, "key_pack_id": None} for each in came.after["packs"]]
    assert shown == expected.after["packs"]


def test_the_call_names_count_version_and_type() -> None:
    host = PackServer([builtin(), pack(2, 30)])
    run(host, row())
    ((method, inputs),) = host.calls
    assert method == OPEN
    assert (inputs["LicenseCount"], inputs["ProductVersion"], inputs["ProductType"]) == (
        "20",
        "7",
        "1",
    )


@pytest.mark.parametrize("method", ["install", "reinstall", "import"])
@pytest.mark.parametrize("channel", ["retail", "open", "agreement", "key_pack_id"])
def test_each_channel_each_way(channel: str, method: str) -> None:
    host = PackServer(kinds=dict(CARRIED))
    outcome, dummy = run(host, row(channel, 20, method=method, **SOURCE))
    assert outcome.failure is None
    assert outcome.values["installed"][0]["key_pack_id"] == 2
    assert outcome.values["installed"][0]["method"] == method
    assert host.methods[0].lower().startswith(method)


def test_a_correct_server_is_read_in_three_requests() -> None:
    host = PackServer([builtin(), pack(2)])
    run(host)
    assert host.reads == ["Win32_TSLicenseServer", "Win32_TSLicenseKeyPack"]


def test_the_call_is_patient_and_the_reading_is_not() -> None:
    host = PackServer()
    run(host)
    assert host.waits[0] is not None
    assert host.waits[0] > 60.0


def test_the_built_in_pack_is_not_shown() -> None:
    outcome, dummy = run(PackServer([builtin(), pack(2)]))
    assert outcome.before is not None
    assert [each["key_pack_id"] for each in outcome.before["packs"]] == [2]


# -- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(("build", "version"), [("17763", "2022"), ("20348", "2025")])
def test_cals_that_are_too_new_for_the_server(build: str, version: str) -> None:
    error = refusal(PackServer(build=build), row(version=version))
    assert error.reason == "too_new"
    assert "a license server holds CALs of its own version and of older ones" in str(error)


def test_cals_that_are_too_new_but_there_are_not_refused() -> None:
    host = PackServer([builtin(), pack(2)], build="17763")
    assert run(host).outcome.changed is False


def test_what_only_the_rule_says_is_told_as_probable() -> None:
    outcome, dummy = run(PackServer(), row(version="2012"))
    assert "can probably hold CALs of 2012" in outcome.warnings[0]
    assert run(PackServer(), row(version="2019")).outcome.warnings == []


def test_the_number_of_2025_is_told_to_be_undocumented() -> None:
    outcome, dummy = run(PackServer(build="26100"), row(version="2025"))
    assert any("2025 is not documented" in each for each in outcome.warnings)


def test_an_unknown_release_is_told() -> None:
    outcome, dummy = run(PackServer(build="x"))
    assert outcome.changed
    assert "release is not known" in outcome.warnings[0]


@pytest.mark.parametrize("status", [1, 2, 77])
def test_a_server_that_is_not_activated(status: int) -> None:
    host = PackServer(status=status)
    with pytest.raises(Refused) as caught:
        run(host)
    assert caught.value.reason == "not_activated"
    assert host.calls == []
    outcome, dummy = run(host, check=True)
    assert outcome.changed
    assert "would be installed once it is" in outcome.warnings[0]
    assert run(PackServer([builtin(), pack(2)], status=status)).outcome.changed is False


def test_a_bare_server_is_a_warning_in_check_mode_only() -> None:
    host = PackServer(installed=False)
    with pytest.raises(license_server.NotALicenseServer):
        run(host)
    outcome, dummy = run(host, check=True)
    assert (outcome.changed, host.calls) == (True, [])
    assert "RD Licensing is not installed" in outcome.warnings[0]
    assert outcome.values["installed"][0]["quantity"] == 50


def test_an_account_without_rights_is_no_empty_inventory() -> None:
    host = PackServer([], administrator=False)
    with pytest.raises(NothingThere):
        run(host)
    assert host.calls == []


def test_two_rows_of_one_key_pack_id() -> None:
    host = PackServer([builtin(), pack(2, 20), pack(2, 30)])
    for check in (True, False):
        with pytest.raises(
            pack_inventory.TwoPacksOfOneId, match=r"two rows of one KeyPackId \(2\)"
        ):
            run(host, check=check)
    assert host.calls == []


# -- what Windows makes of it -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("turns", "named"),
    [
        ({"ProductType": 0}, "50 per_device CALs of 2022 (open), key pack 2"),
        ({"ProductVersionID": 6}, "50 per_user CALs of 2019 (open)"),
        ({"ProductVersionID": 99}, "50 per_user CALs of unknown (open)"),
        ({"KeyPackType": 1}, "50 per_user CALs of 2022 (retail)"),
        ({"KeyPackType": 7}, "50 per_user CALs of 2022 (unknown)"),
        ({"TotalLicenses": 25}, "25 per_user CALs of 2022 (open)"),
        ({"TotalLicenses": UNLIMITED}, "unlimited per_user CALs of 2022 (open)"),
        ({"AccessRights": 2}, "50 vdi per_user CALs"),
        ({"ExpirationDate": "2020-01-01T00:00:00Z"}, "(open, expired)"),
    ],
    ids=str,
)
def test_something_else_is_installed(turns: dict[str, Any], named: str) -> None:
    host = PackServer(turns_into=turns)
    found, error = failure(host)
    assert isinstance(error, pack_install.InstalledOther)
    assert named in str(error)
    assert "Declared were 50 per_user CALs of 2022 (open)" in str(error)
    assert error.repeatable is False
    assert found.outcome.values["installed"] == []
    assert "which brought" in found.progress.applied[0]
    assert host.methods == [OPEN]


def test_the_rows_after_a_wrong_one_are_not_begun() -> None:
    host = PackServer(turns_into={"ProductType": 0})
    failure(host, row(), row(version="2019"))
    assert host.methods == [OPEN]


def test_a_program_that_is_named_is_expected() -> None:
    host = PackServer(turns_into={"KeyPackType": 5})
    outcome, dummy = run(host, row("agreement", 20, program="open"))
    assert outcome.failure is None
    assert run(host, row("agreement", 20, program="open")).outcome.changed is False


def test_windows_says_yes_and_nothing_comes() -> None:
    found, error = failure(PackServer(silent=True))
    assert isinstance(error, pack_install.NotShown)
    assert error.repeatable is False
    assert found.progress.uncertain == "install 50 per_user CALs of 2022 (open) of packs[0]"


def test_what_others_install_meanwhile_is_not_taken_for_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    host = PackServer()

    def act(sent: Any) -> Any:
        host.packs.append(pack(40, 3, ProductType=0))
        host.packs.append(pack(41, UNLIMITED, KeyPackType=4))
        return install(sent)

    install = host._write
    monkeypatch.setattr(host, "_write", act)
    outcome, dummy = run(host)
    assert outcome.failure is None
    assert outcome.values["installed"][0]["key_pack_id"] == 42


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (0x80072EE7, "check DNS and the proxy"),
        (0x80072F8F, "check the clock"),
        (0xC0DE0001, "method: reinstall"),
    ],
)
@pytest.mark.parametrize("as_fault", [False, True])
def test_windows_says_no(number: int, advice: str, as_fault: bool) -> None:
    body = fault(number, "w:InternalError", "no")
    host = PackServer(trouble=[Trouble(body if as_fault else number)])
    found, error = failure(host, row(), row(version="2019"))
    assert isinstance(error, Fault if as_fault else MethodFailed)
    assert error.code is not None
    assert error.code.number == number
    assert advice in (error.advice or "")
    assert (found.progress.uncertain, found.progress.applied) == (None, [])
    assert found.outcome.values["installed"] == []
    assert host.methods == [OPEN]


def test_a_failure_tells_what_was_installed_before_it() -> None:
    host = PackServer(kinds=dict(CARRIED), trouble=[])
    rows = [row(quantity=5), row("retail", 20, license_code="A" * 24 + "9", version="2019")]
    host.kinds["A" * 24 + "9"] = {**KIND, "ProductVersionID": 5}
    found, error = failure(host, *rows)
    assert isinstance(error, pack_install.InstalledOther)
    assert [each["quantity"] for each in found.outcome.values["installed"]] == [5]
    assert found.outcome.values["applied"] == found.progress.applied
    assert len(found.progress.applied) == 2
    assert found.outcome.changed


# -- answers that get lost --------------------------------------------------------------------

LOST_WAYS = pytest.mark.parametrize(
    "how", [LOST, TIMED_OUT, GARBLED, BARE_500], ids=["dropped", "timed out", "garbled", "bare 500"]
)


@LOST_WAYS
@pytest.mark.parametrize("done", [True, LATE], ids=["done", "done later"])
def test_a_lost_answer_is_looked_for(how: Any, done: bool | str) -> None:
    host = PackServer(trouble=[Trouble(how, done)])
    outcome, progress = run(host)
    assert outcome.failure is None
    assert outcome.values["installed"][0]["key_pack_id"] == 2
    assert host.methods == [OPEN]
    assert (progress.uncertain, len(progress.applied)) == (None, 1)


@LOST_WAYS
def test_a_lost_answer_that_never_shows_is_unknown(how: Any) -> None:
    host = PackServer(trouble=[Trouble(how)])
    found, error = failure(host, row(), row(version="2019"), timeout=60.0)
    assert isinstance(error, OutcomeUnknown)
    assert error.until.endswith("Z")
    assert error.repeatable is False
    assert host.methods == [OPEN]
    assert sum(host.delays) == 60.0
    assert found.outcome.changed is False
    assert found.outcome.values["uncertain"] == found.progress.uncertain
    assert found.progress.uncertain == "install 50 per_user CALs of 2022 (open) of packs[0]"


def test_a_lost_answer_and_something_else() -> None:
    host = PackServer(trouble=[Trouble(LOST, LATE)], turns_into={"ProductType": 0})
    dummy, error = failure(host)
    assert isinstance(error, pack_install.InstalledOther)


def test_a_temporary_pack_that_comes_meanwhile_does_not_count_as_shown() -> None:
    host = PackServer(trouble=[Trouble(LOST)])
    host.packs.append(pack(5, 10))
    before = host.sleep

    def sleep(seconds: float) -> None:
        before(seconds)
        host.packs.append(pack(100 + len(host.delays), UNLIMITED, KeyPackType=4))

    progress = Progress(sleep=sleep)
    outcome = pack_install.ensure_packs(
        host.session(), declared.wanted_packs([row()]), progress, timeout=30.0, check_mode=False
    )
    assert isinstance(outcome.failure, OutcomeUnknown)


def test_reading_may_fail_while_it_is_looked_for() -> None:
    host = PackServer(trouble=[Trouble(LOST, LATE)])
    calls = host.sleep

    def sleep(seconds: float) -> None:
        calls(seconds)
        if len(host.delays) == 1:
            host.reads_trouble = [Unreachable("down"), Unreachable("down")]

    progress = Progress(sleep=sleep)
    outcome = pack_install.ensure_packs(
        host.session(), declared.wanted_packs([row()]), progress, timeout=120.0, check_mode=False
    )
    assert outcome.failure is None
    assert host.methods == [OPEN]


def test_what_never_reached_windows_is_not_looked_for() -> None:
    host = PackServer(trouble=[Trouble(Unreachable("no connection"))])
    found, error = failure(host)
    assert not isinstance(error, OutcomeUnknown)
    assert (host.delays, found.progress.uncertain) == ([], None)
