# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""rds_cal_pack with state absent."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    ConnectionLost,
    MethodFailed,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.cals import (
    pack_inventory,
    pack_removal,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.change import (
    NotApplied,
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
    UNLIMITED,
    PackServer,
    Trouble,
    builtin,
    pack,
)

WHOLE, SOME = "UninstallLicenseKeyPackWithId", "RemoveLicensesWithIdCount"


class Run(NamedTuple):
    """What came of a run."""

    outcome: Outcome
    progress: Progress


def server() -> PackServer:
    return PackServer([builtin(), pack(2), pack(3, 20)])


def run(
    host: PackServer,
    number: int = 2,
    options: dict[str, int] | None = None,
    *,
    check: bool = False,
) -> Run:
    progress = Progress(sleep=host.sleep)
    removal = pack_removal.Removal(number, **(options or {}))
    return Run(
        pack_removal.ensure_removed(host.session(check=check), removal, progress, check_mode=check),
        progress,
    )


CASES = pytest.mark.parametrize(
    ("options", "left", "method"),
    [
        ({}, None, WHOLE),
        ({"count": 20}, 30, SOME),
        ({"count": 50}, None, WHOLE),
        ({"keep": 10}, 10, SOME),
        ({"keep": 0}, None, WHOLE),
        ({"keep": 50}, 50, None),
        ({"keep": 90}, 50, None),
    ],
)


@CASES
@pytest.mark.parametrize("check", [True, False])
def test_it_is_removed(
    options: dict[str, int], left: int | None, method: str | None, check: bool
) -> None:
    host = server()
    outcome, dummy = run(host, 2, options, check=check)
    assert outcome.changed is bool(method)
    assert host.methods == ([method] if method and not check else [])
    assert outcome.after is not None
    shown = {each["key_pack_id"]: each["total"] for each in outcome.after["packs"]}
    assert shown == ({3: 20} if left is None else {2: left, 3: 20})
    assert host.totals().get(2) == (50 if check else left)
    assert (outcome.before == outcome.after) is not bool(method)


@pytest.mark.parametrize("options", [{}, {"keep": 10}], ids=str)
def test_a_second_run_does_nothing(options: dict[str, int]) -> None:
    host = server()
    run(host, 2, options)
    called = list(host.calls)
    outcome, dummy = run(host, 2, options)
    assert (outcome.changed, host.calls) == (False, called)


def test_a_pack_that_is_not_there_is_gone() -> None:
    host = server()
    outcome, dummy = run(host, 77)
    assert (outcome.changed, host.calls, outcome.values["removed"]) == (False, [], 0)


@pytest.mark.parametrize(
    ("number", "options", "reason"),
    [
        (1, {}, "not_bought"),
        (4, {}, "not_bought"),
        (2, {"count": 51}, "not_enough"),
        (2, {"count": 0}, "bad_quantity"),
        (2, {"count": -1}, "bad_quantity"),
        (2, {"keep": -1}, "bad_quantity"),
        (5, {"count": 1}, "unlimited"),
        (5, {"keep": 1}, "unlimited"),
    ],
)
def test_what_is_refused(number: int, options: dict[str, int], reason: str) -> None:
    host = server()
    host.packs += [pack(4, 5, KeyPackType=4), pack(5, UNLIMITED)]
    for check in (True, False):
        with pytest.raises(Refused) as caught:
            run(host, number, options, check=check)
    assert caught.value.reason == reason
    assert host.calls == []


def test_issued_cals_beyond_what_is_left_are_told() -> None:
    host = PackServer([builtin(), pack(2, 50, IssuedLicenses=40)])
    outcome, dummy = run(host, 2, {"count": 20}, check=True)
    assert outcome.warnings == ["40 CALs of key pack 2 are issued, and 30 are left in it."]
    assert run(host, 2, {"count": 10}, check=True).outcome.warnings == []
    assert "0 are left" in run(host, check=True).outcome.warnings[0]


def test_two_rows_of_one_key_pack_id() -> None:
    host = PackServer([pack(2, 5), pack(2, 6)])
    with pytest.raises(pack_inventory.TwoPacksOfOneId):
        run(host)
    assert host.calls == []


def test_a_bare_server() -> None:
    host = PackServer(installed=False)
    with pytest.raises(license_server.NotALicenseServer):
        run(host)
    outcome, dummy = run(host, check=True)
    assert outcome.changed is False
    assert "no pack is there" in outcome.warnings[0]


def test_windows_says_no() -> None:
    host = server()
    host.trouble = [Trouble(0x80041001)]
    with pytest.raises(MethodFailed):
        run(host)
    assert host.totals() == {1: UNLIMITED, 2: 50, 3: 20}


@pytest.mark.parametrize("options", [{}, {"count": 20}], ids=str)
def test_a_lost_answer_is_looked_for_and_not_repeated(options: dict[str, int]) -> None:
    host = server()
    host.trouble = [Trouble(ConnectionLost("broke"), LATE)]
    outcome, dummy = run(host, 2, options)
    assert outcome.changed
    assert len(host.calls) == 1


def test_a_lost_answer_that_never_shows() -> None:
    host = server()
    host.trouble = [Trouble(ConnectionLost("broke"))]
    with pytest.raises(NotApplied):
        run(host)
    host.trouble = [Trouble(ConnectionLost("broke"))]
    # A number of CALs must not be taken twice.
    with pytest.raises(OutcomeUnknown):
        run(host, 2, {"count": 20})
    assert len(host.calls) == 2
