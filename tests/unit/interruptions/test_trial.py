# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What counts as asking Microsoft twice."""

from __future__ import annotations

from e2e.runner import Run
from farm.log import Request
from interruptions.trial import asked_twice


def run(*requests: Request) -> Run:
    return Run(0, "", requests={"ls1": list(requests)})


def installed(*, done: bool = True, method: str = "InstallOpenLicenseKeyPack") -> Request:
    """The farm notes the parameters of what it did."""
    params = {"sLicenseNumber": "1"} if done else {}
    return Request("ls1", "Invoke", method=method, writes=True, params=params)


def test_what_was_lost_may_be_asked_in_the_next_run() -> None:
    assert asked_twice([run(installed(done=False)), run(installed())]) == []


def test_what_was_done_may_not() -> None:
    (said,) = asked_twice([run(installed()), run(), run(installed())])
    assert "although it was done" in said


def test_in_one_run_nothing_is_asked_twice_even_if_it_was_lost() -> None:
    (said,) = asked_twice([run(installed(done=False), installed())])
    assert "in one run" in said


def test_one_question_of_each_kind_and_what_is_no_question() -> None:
    other = installed(method="InstallRetailPurchaseLicenseKeyPack")
    read = Request("ls1", "Invoke", method="GetKeyPacks", params={"a": 1})
    assert asked_twice([run(installed(), other, read, read)]) == []
