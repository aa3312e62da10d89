# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make stories``: break the rescue playbooks off at every place, and run each again.

A place is a request that writes, or a PowerShell step. At each one the request is lost, or its
answer, or its answer and everything after it; then the same playbook runs again without a fault.
Ends with 1 unless nothing was lost, Microsoft was asked for nothing twice, and the second run (or,
where it says that something has to be waited for, the third) ends as an undisturbed one.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
TREE = TESTS.parents[3]
# Where the tests lie, and where their tree is: pytest knows it from pyproject.toml.
sys.path[:0] = [str(TESTS), str(TREE)]

from e2e.runner import Controller  # noqa: E402  # after the path is set
from e2e.stories import LABS  # noqa: E402  # the same
from farm import Farm, load_scenario_dict  # noqa: E402  # the same

from interruptions.places import Break  # noqa: E402  # the same
from interruptions.sites import RESCUES, Rescue  # noqa: E402  # the same
from interruptions.trial import Verdict, interrupt, undisturbed  # noqa: E402  # the same

OUTPUT = TREE.parent / "stories"


@contextmanager
def one_lab(folder: Path) -> Iterator[LABS]:
    """Make a controller with a farm; both are gone at the end."""
    farms: list[Farm] = []

    def make(scenario: dict[str, Any]) -> Controller:
        farm = Farm(load_scenario_dict({"allow_unencrypted": True, **scenario}))
        farm.start()
        farms.append(farm)
        folder.mkdir(parents=True)
        return Controller(folder, farm)

    try:
        yield make
    finally:
        for farm in farms:
            farm.stop()
        shutil.rmtree(folder, ignore_errors=True)


def tell(rescue: Rescue, kinds: list[Break], only: list[int]) -> list[Verdict]:
    """Try one story; prints a line per interruption."""
    folder = OUTPUT / "run"
    shutil.rmtree(folder, ignore_errors=True)
    with one_lab(folder) as lab:
        reference = undisturbed(rescue, lab)
    places = reference.places
    print(f"== {rescue.name}: {len(places)} places ==", flush=True)
    verdicts = []
    chosen = [(number, how) for how in kinds for number in range(1, len(places) + 1)]
    for number, how in chosen:
        if only and number not in only:
            continue
        began = time.monotonic()
        with one_lab(folder) as lab:
            verdict = interrupt(rescue, reference, places[number - 1], how, lab)
        verdicts.append(verdict)
        word = "WRONG" if verdict.wrong else "ok"
        print(
            f"{word:<6}{number:>3} {verdict.place}: {verdict.how}"
            f" ({'failed' if verdict.broke else 'went on'}; {time.monotonic() - began:.0f} s)",
            flush=True,
        )
        if verdict.refused:
            print(f"      refused at first: {verdict.refused}", flush=True)
        for each in verdict.wrong:
            print(f"      {each}", flush=True)
    return verdicts


def count(rescue: Rescue, verdicts: list[Verdict]) -> str:
    """The line of a story at the end."""
    places = len({each.place for each in verdicts})
    return (
        f"{rescue.name}: {len(verdicts)} interruptions at {places} places;"
        f" {sum(each.hit for each in verdicts)} struck,"
        f" {sum(each.broke for each in verdicts)} runs failed,"
        f" {sum(each.hit and not each.broke for each in verdicts)} went on by themselves;"
        f" {sum(bool(each.refused) for each in verdicts)} next runs had to be waited for;"
        f" {sum(bool(each.wrong) for each in verdicts)} wrong"
    )


def main() -> int:
    """Run it; the exit status of the command."""
    known = {each.name: each for each in RESCUES}
    ways = {each.name.lower(): each for each in Break}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--story", action="append", default=[], help=f"some of {[*known]}")
    parser.add_argument("--break", dest="kinds", action="append", choices=[*ways], default=[])
    parser.add_argument("--place", type=int, action="append", default=[], help="its number")
    options = parser.parse_args()
    chosen = [each for each in RESCUES if not options.story or each.name in options.story]
    if not chosen:
        parser.error(f"--story: one of {', '.join(known)}")
    kinds = [ways[name] for name in options.kinds] or list(Break)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    told = [(each, tell(each, kinds, options.place)) for each in chosen]
    print()
    for rescue, verdicts in told:
        print(count(rescue, verdicts))
    return 1 if any(each.wrong for dummy, verdicts in told for each in verdicts) else 0


if __name__ == "__main__":
    sys.exit(main())
