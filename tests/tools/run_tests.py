# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the stages of ``make test``, two at a time, one line each.

    .venv/bin/python tests/tools/run_tests.py [--build FOLDER] [--lanes N] [--list] [STAGE ...]

A check that cannot run on this machine is named at the end with what to install. With ``CI`` or
``RDS_REQUIRE_FOREIGN`` set it is a failure.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from environments import SetUpError
from lay_out import SOURCE, LayOutError, lay_out
from stages import STAGES, Stage
from workshop import PROCESSES, Bench, StageError, Workshop

SHOWN_LINES = 200


@dataclass(frozen=True, slots=True)
class Result:
    """How a stage ended: ``fault`` is None when it passed."""

    stage: Stage
    bench: Bench
    seconds: float
    fault: str | None


def is_set(name: str) -> bool:
    """Tell whether an environment variable says yes."""
    return os.environ.get(name, "").lower() not in {"", "0", "false", "no"}


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Run the stages of the test run.")
    parser.add_argument("stages", nargs="*", metavar="STAGE", help="when left out: all but galaxy")
    parser.add_argument("--build", type=Path, default=SOURCE / "build", help="folder to work in")
    parser.add_argument("--lanes", type=int, default=2, help="how many stages at a time")
    parser.add_argument("--list", action="store_true", help="list the stages and stop")
    return parser.parse_args()


def chosen(names: list[str]) -> list[Stage]:
    """Return the stages of these names, in the order in which they start; exits on a wrong one."""
    known = {stage.name: stage for stage in STAGES}
    unknown = [name for name in names if name not in known]
    if unknown:
        sys.exit(f"There is no stage {', '.join(unknown)}; there are {', '.join(known)}.")
    picked = [stage for stage in STAGES if (stage.name in names if names else not stage.asked)]
    return sorted(picked, key=lambda stage: -stage.weight)


def run(stage: Stage, workshop: Workshop) -> Result:
    """Run one stage; whatever it raises is its fault and does not stop the others."""
    bench = Bench(workshop, stage.name)
    start = time.monotonic()
    fault = None
    try:
        stage.run(bench)
    except (StageError, SetUpError, OSError, ValueError) as error:
        fault = str(error) or type(error).__name__
    if fault is None and bench.gaps and workshop.complete:
        fault = "checks that could not run are failures here: " + "; ".join(bench.gaps)
    return Result(stage, bench, time.monotonic() - start, fault)


def show(result: Result) -> None:
    """Print the line of a stage, and its output when it failed."""
    word = "ok" if result.fault is None else "FAILED"
    if result.fault is None and result.bench.gaps:
        word = "partly"
    details = ", ".join(result.bench.details)
    line = f"{word:<7} {result.stage.name:<13} {result.seconds:6.1f} s  {details}"
    print(line.rstrip(), flush=True)
    if result.fault is not None:
        lines = result.bench.log.read_text(encoding="utf-8", errors="replace").splitlines()
        if len(lines) > SHOWN_LINES:
            print(f"    (the last {SHOWN_LINES} lines of {result.bench.log})")
        for text in lines[-SHOWN_LINES:]:
            print(f"    {text}")
        print(f"    {result.stage.name}: {result.fault}", flush=True)


def run_all(stages: list[Stage], workshop: Workshop, lanes: int) -> list[Result]:
    """Run the stages in so many lanes; an interrupt stops what they started."""
    results = []
    with ThreadPoolExecutor(max_workers=lanes) as pool:
        futures = [pool.submit(run, stage, workshop) for stage in stages]
        try:
            for future in as_completed(futures):
                results.append(future.result())
                show(results[-1])
        except BaseException:
            PROCESSES.stop()
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return results


def summarize(results: list[Result], seconds: float) -> int:
    """Print what could not run and the closing line; return the exit code."""
    failed = [result.stage.name for result in results if result.fault is not None]
    gaps = [
        (result.stage.name, gap)
        for result in results
        for gap in (*result.bench.gaps, *result.bench.unavoidable)
    ]
    if gaps:
        print("\nCould not run here:")
        for name, gap in gaps:
            print(f"  {name}: {gap}")
    print(f"\n{seconds:.0f} s in all" + (f"; failed: {', '.join(failed)}" if failed else ""))
    print(f"stages: {len(results) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


def main() -> int:
    """Lay out, run the chosen stages, summarize."""
    options = arguments()
    stages = chosen(options.stages)
    if options.list:
        for stage in stages:
            print(f"{stage.name:<13} {stage.purpose}")
        return 0
    build = options.build.absolute()
    try:
        collection = lay_out(build / "tree")
    except LayOutError as error:
        print(f"lay_out: {error}", file=sys.stderr)
        return 1
    workshop = Workshop(
        build=build,
        tree=(build / "tree").resolve(),
        collection=collection,
        venv=Path(sys.prefix),
        complete=is_set("CI") or is_set("RDS_REQUIRE_FOREIGN"),
    )
    print(
        f"{len(stages)} stages, {options.lanes} at a time; their output: {build / 'logs'}",
        flush=True,
    )
    start = time.monotonic()
    try:
        results = run_all(stages, workshop, max(1, options.lanes))
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 130
    return summarize(results, time.monotonic() - start)


if __name__ == "__main__":
    sys.exit(main())
