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
from dataclasses import dataclass
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


@dataclass
class Tally:
    """The count of a story."""

    story: str
    places: int
    tried: int = 0
    struck: int = 0
    failed: int = 0
    went_on: int = 0
    waited: int = 0
    wrong: int = 0

    def add(self, verdict: Verdict) -> None:
        """Count one more."""
        self.tried += 1
        self.struck += verdict.hit
        self.failed += verdict.broke
        self.went_on += verdict.hit and not verdict.broke
        self.waited += bool(verdict.refused)
        self.wrong += bool(verdict.wrong)

    def __str__(self) -> str:
        return (
            f"{self.story}: {self.tried} interruptions at {self.places} places, {self.struck}"
            f" struck; {self.failed} runs failed, {self.went_on} went on by themselves;"
            f" {self.waited} next runs had to be waited for; {self.wrong} wrong"
        )


def tell(rescue: Rescue, kinds: list[Break], only: list[int]) -> Tally:
    """Try one story; prints a line per interruption."""
    folder = OUTPUT / "run"
    shutil.rmtree(folder, ignore_errors=True)
    with one_lab(folder) as lab:
        reference = undisturbed(rescue, lab)
    places = {
        number: place
        for number, place in enumerate(reference.places, 1)
        if not only or number in only
    }
    tally = Tally(rescue.name, len(places))
    print(f"== {rescue.name}: {len(reference.places)} places ==", flush=True)
    for how in kinds:
        for number, place in places.items():
            began = time.monotonic()
            with one_lab(folder) as lab:
                verdict = interrupt(rescue, reference, [(place, how)], lab)
            tally.add(verdict)
            word = "WRONG" if verdict.wrong else "ok"
            came = "failed" if verdict.broke else "went on"
            seconds = time.monotonic() - began
            print(f"{word:<6}{number:>3} {place}: {how} ({came}; {seconds:.0f} s)", flush=True)
            for each in verdict.refused:
                print(f"      refused at first: {each}", flush=True)
            for each in verdict.wrong:
                print(f"      {each}", flush=True)
    return tally


def main() -> int:
    """Run it; the exit status of the command."""
    known = {each.name: each for each in RESCUES}
    ways = {each.name.lower(): each for each in Break}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--story", action="append", choices=[*known], default=[])
    parser.add_argument("--break", dest="kinds", action="append", choices=[*ways], default=[])
    parser.add_argument("--place", type=int, action="append", default=[], help="its number")
    options = parser.parse_args()
    chosen = [each for each in RESCUES if not options.story or each.name in options.story]
    kinds = [ways[name] for name in options.kinds] or list(Break)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    tallies = [tell(each, kinds, options.place) for each in chosen]
    print()
    for each in tallies:
        print(each)
    return 1 if any(each.wrong or each.struck < each.tried for each in tallies) else 0


if __name__ == "__main__":
    sys.exit(main())
