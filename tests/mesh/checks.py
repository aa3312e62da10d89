# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to hold after a node was lost: each returns sentences about what does not."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from . import fact_cache
from .farm_hosts import Asked
from .job import Attempt


def attempts_fit(attempts: Sequence[Attempt], slices: int) -> list[str]:
    """Every slice came to a good end once, and one of them was lost before."""
    said = []
    good = sorted(each.plan.number for each in attempts if each.good)
    if good != list(range(1, slices + 1)):
        said.append(f"the slices that came to a good end are {good}, not 1 to {slices} once each")
    lost = [each.plan.number for each in attempts if each.lost]
    if len(lost) != 1:
        said.append(f"the slices that lost their node are {lost}, not one")
    said += [
        f"slice {each.plan.number} failed on {each.node}:\n{each.output}"
        for each in attempts
        if not each.good and not each.lost
    ]
    return said


def asked_once(attempts: Sequence[Attempt], asked: Iterable[Asked]) -> list[str]:
    """No host was asked outside the attempts of its own slice: those that ended stay alone."""
    spans: dict[str, list[tuple[float, float]]] = {}
    for each in attempts:
        for host in each.plan.hosts:
            spans.setdefault(host, []).append((each.started, each.ended))
    strays = {
        request.host
        for request in asked
        if not any(start <= request.at <= end for start, end in spans.get(request.host, ()))
    }
    return [f"asked outside the run of their slice: {_some(strays)}"] if strays else []


def cached_once(
    cache: Path, attempts: Sequence[Attempt], fact: str, expected: Iterable[str]
) -> list[str]:
    """Each expected host has facts, in one file, from the last good run of its slice."""
    said = []
    files = {path.name for path in cache.iterdir()}
    runs = {host: each for each in attempts if each.good for host in each.plan.hosts}
    for host in expected:
        run = runs.get(host)
        if run is None:
            said.append(f"{host} is in no slice that came to a good end")
            continue
        copies = files & {f"{prefix}{host}" for prefix in fact_cache.PREFIXES}
        if len(copies) != 1:
            said.append(f"{host} is {len(copies)} times in the cache")
            continue
        facts = fact_cache.facts_of(cache, host).get(fact)
        if facts is None:
            said.append(f"{host} has no {fact} in the cache")
        elif not run.started - 1 <= seconds(facts["collected_at"]) <= run.ended:
            # Times of collection are whole seconds.
            said.append(f"{host}: {fact} of {facts['collected_at']} is not of its last run")
    return said


def reported_once(
    entries: Iterable[Mapping[str, Any]], cache: Path, hosts: Iterable[str], fact: str
) -> list[str]:
    """Each host is once in a list of a report, with the time that the cache has."""
    wanted = set(hosts)
    entries = [each for each in entries if each.get("name") in wanted]
    names = [each["name"] for each in entries]
    said = []
    if sorted(names) != sorted(wanted):
        missing, twice = wanted - set(names), {name for name in names if names.count(name) > 1}
        said.append(f"the report lacks {_some(missing)} and has twice {_some(twice)}")
    for each in entries:
        facts = fact_cache.facts_of(cache, each["name"]).get(fact, {})
        if int(seconds(facts["collected_at"])) != int(seconds(each["collected_at"])):
            said.append(
                f"{each['name']}: {each['collected_at']} in the report,"
                f" {facts['collected_at']} in the cache"
            )
    return said


def entries_of(report: Path, keys: Sequence[str]) -> list[dict[str, Any]]:
    """A list in a report in JSON, by the keys that lead to it."""
    found: Any = json.loads(report.read_text(encoding="utf-8"))
    for key in keys:
        found = found[key]
    return list(found)


@dataclass(frozen=True)
class Told:
    """What a diagnosis says, without times: verdict and findings, and signals it does not know."""

    verdict: str
    findings: frozenset[str]
    unknown: frozenset[str]

    @classmethod
    def of(cls, diagnosis: Mapping[str, Any]) -> Told:
        """Out of the fact rds_diagnosis."""
        return cls(
            diagnosis["verdict"],
            frozenset(each["id"] for each in diagnosis["findings"]),
            frozenset(each["signal"] for each in diagnosis["unknown"]),
        )


def differences(before: Mapping[str, Told], after: Mapping[str, Told]) -> list[str]:
    """Where the diagnoses of slices say other things than those of one job did."""
    said = []
    if lacking := set(before) - set(after):
        said.append(f"not diagnosed in slices: {_some(lacking)}")
    both = set(before) & set(after)
    for what, values in (
        ("verdict", {host for host in both if after[host].verdict != before[host].verdict}),
        ("finding", {host for host in both if after[host].findings != before[host].findings}),
        ("unknown", {host for host in both if after[host].unknown != before[host].unknown}),
    ):
        if values:
            said.append(f"another {what} in slices than in one job: {_some(values)}")
    return said


def telling(diagnoses: Mapping[str, Told], finding: str) -> list[str]:
    """Some hosts, and not all, have the finding: else ``differences`` would show nothing."""
    have = [host for host, told in diagnoses.items() if finding in told.findings]
    if 0 < len(have) < len(diagnoses):
        return []
    return [f"{len(have)} of {len(diagnoses)} hosts have the finding {finding}"]


def seconds(time: str) -> float:
    """Seconds since the epoch of an ISO 8601 time."""
    return datetime.fromisoformat(time).timestamp()


def first(said: Sequence[str], most: int = 10) -> Iterator[str]:
    """The first of many sentences, and how many more there are."""
    yield from said[:most]
    if len(said) > most:
        yield f"... and {len(said) - most} more"


def _some(names: Iterable[str]) -> str:
    ordered = sorted(names)
    return f"{len(ordered)} hosts ({', '.join(ordered[:5])})" if ordered else "none"
