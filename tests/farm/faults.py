# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fault knobs: what a host is told to do wrong."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields

KINDS = frozenset(
    {
        "drop",
        "drop_after",
        "http_500",
        "http_401",
        "html_200",
        "half_envelope",
        "garbage",
        "oversized",
        "silent",
        "slow",
        "access_denied",
        "access_denied_return",
        "invalid_class",
        "quota",
        "fault_german",
        "empty_properties",
        "wrong_relates_to",
        "doctype",
        "timed_out",
        "policy_lag",
    }
)


ENDLESS_ENOUGH = 200_000_000


def _number(given: Mapping[str, object], name: str, default: float) -> float:
    value = given.get(name, default)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise ValueError(f"{name}: a number is expected, not {value!r}")


def _whole(given: Mapping[str, object], name: str) -> int | None:
    value = given.get(name)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise ValueError(f"{name}: a whole number is expected, not {value!r}")


def _flag(given: Mapping[str, object], name: str) -> bool:
    value = given.get(name, False)
    if isinstance(value, bool):
        return value
    raise ValueError(f"{name}: true or false is expected, not {value!r}")


@dataclass(slots=True)
class Fault:
    """One knob.

    ``at`` is the number of the request that it hits, counted from 1 over the host's requests
    since the knob was added, authentication legs left out; without it every request is hit.
    ``times`` limits how often (by default once with ``at``, else for ever). ``operation``, ``cls``
    and ``method`` narrow it; with any of them set, ``at`` counts only the requests that match.
    ``seconds`` belongs to slow and timed_out (how late the work is done), ``reads`` to
    policy_lag, ``size`` to oversized (bytes; -1 is endless). With ``background`` the late work of
    slow and timed_out goes on beside the connection's next requests; else they wait for it.
    """

    kind: str
    at: int | None = None
    times: int | None = None
    operation: str | None = None
    cls: str | None = None
    method: str | None = None
    seconds: float = 1.0
    reads: int = 1
    size: int = ENDLESS_ENOUGH
    background: bool = False
    seen: int = field(default=0, init=False)
    hits: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault {self.kind!r}; known: {', '.join(sorted(KINDS))}")
        if self.at is not None and self.times is None:
            self.times = 1

    @classmethod
    def of(cls, given: Mapping[str, object]) -> Fault:
        """Build one from a scenario's mapping; ValueError names an unknown field."""
        known = {f.name for f in fields(cls) if f.init}
        wrong = sorted(set(given) - known)
        if wrong:
            names = ", ".join(sorted(known))
            raise ValueError(f"unknown field {wrong[0]!r} of a fault; known: {names}")
        text = [
            str(given[name]) if name in given else None for name in ("operation", "cls", "method")
        ]
        return cls(
            kind=str(given.get("kind", "")),
            at=_whole(given, "at"),
            times=_whole(given, "times"),
            operation=text[0],
            cls=text[1],
            method=text[2],
            seconds=_number(given, "seconds", 1.0),
            reads=_whole(given, "reads") or 1,
            size=_whole(given, "size") or ENDLESS_ENOUGH,
            background=_flag(given, "background"),
        )

    def matches(self, operation: str, cls: str, method: str) -> bool:
        """True when the request is one that this knob is about."""
        return (
            (self.operation is None or self.operation == operation)
            and (self.cls is None or self.cls.lower() == cls.lower())
            and (self.method is None or self.method == method)
        )


class FaultBoard:
    """The knobs of one host."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """Set one more knob and return it (its ``hits`` can be read later)."""
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Take all knobs away."""
        with self._lock:
            self._faults.clear()

    def __iter__(self) -> Iterator[Fault]:
        with self._lock:
            return iter(list(self._faults))

    def strike(self, operation: str, cls: str, method: str) -> dict[str, Fault]:
        """Count one request and return the knobs that hit it, by kind."""
        struck: dict[str, Fault] = {}
        with self._lock:
            for fault in self._faults:
                if fault.kind == "policy_lag" or not fault.matches(operation, cls, method):
                    continue
                fault.seen += 1
                if fault.seen >= (fault.at or 1) and (
                    fault.times is None or fault.hits < fault.times
                ):
                    fault.hits += 1
                    struck[fault.kind] = fault
        return struck

    def policy_lag(self) -> int:
        """How many reads a policy write is to lag; each policy_lag knob is used ``times`` times."""
        with self._lock:
            for fault in self._faults:
                if fault.kind == "policy_lag" and (fault.times is None or fault.hits < fault.times):
                    fault.hits += 1
                    return fault.reads
        return 0
