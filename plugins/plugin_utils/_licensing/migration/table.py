# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan as lines that an 80-column screen shows, inside the frame of Ansible's output."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .plan import Plan

WIDTH = 66
"""Of a line: Ansible's output puts about a dozen characters around it."""
_MARKS = {"stop": "STOP", "warn": "WARN", "note": "note"}


def table(plan: Plan) -> list[str]:
    """The plan as lines, none longer than ``WIDTH``."""
    lines = [*_wrapped("", plan.title), "=" * min(WIDTH, len(plan.title))]
    for section in (_packs, _rows, _capacity, _hosts):
        lines += section(plan.data)
    lines += ["", "STEPS"]
    lines += [
        line
        for number, step in enumerate(plan.steps, 1)
        for line in _wrapped(f"{number:2}. [{step.state}]".ljust(12), step.says)
    ]
    lines += ["", "FINDINGS" if plan.findings else "FINDINGS: none"]
    for finding in plan.findings:
        lines += _wrapped(f"{_MARKS[finding.severity]}  ", f"{finding.text}. ({finding.code})")
        if finding.todo:
            lines += _wrapped("      -> ", finding.todo)
    lines += ["", *_wrapped("", _verdict(plan))]
    return [each.rstrip() for each in lines]


def _verdict(plan: Plan) -> str:
    if not plan.ready:
        return "NOT READY: nothing is written before the lines with STOP are settled."
    return "NOTHING TO DO." if plan.done else "READY."


def _packs(data: Mapping[str, Any]) -> Iterator[str]:
    packs = data["packs"]
    if packs:
        yield from ("", "KEY PACKS THERE")
        yield from _columns(
            ("pack", "version", "type", "program", "total", "issued", ""),
            [
                (
                    each["key_pack_id"],
                    each["version"],
                    each["type"],
                    each["program"],
                    "no limit" if each["total"] is None else each["total"],
                    each["issued"],
                    each["why_not"] or "",
                )
                for each in packs
            ],
        )


def _rows(data: Mapping[str, Any]) -> Iterator[str]:
    rows = data["rows"]
    if rows:
        yield from ("", "WHAT IS DECLARED")
        yield from _columns(
            ("row", "version", "type", "channel", "method", "CALs", "there"),
            [
                (
                    each["row"],
                    each["version"],
                    each["type"],
                    each["channel"],
                    each["method"],
                    each["quantity"],
                    each["installed"],
                )
                for each in rows
            ],
        )


def _capacity(data: Mapping[str, Any]) -> Iterator[str]:
    rows = data.get("capacity")
    if rows:
        yield from ("", "WHO WILL ASK THE NEW SERVER")
        yield from _columns(
            ("version", "type", "ask again", "free", "coming", "lacking"),
            [
                (
                    each["version"],
                    each["type"],
                    each["ask_again"],
                    each["free_on_new"],
                    each["coming"],
                    each["lacking"],
                )
                for each in rows
            ],
        )


def _hosts(data: Mapping[str, Any]) -> Iterator[str]:
    hosts = data.get("hosts")
    if not hosts:
        return
    yield from ("", "SESSION HOSTS AND THEIR LICENSE SERVERS")
    for name, host in hosts.items():
        about = ", ".join(
            str(each) for each in (host["release"] or "release unknown", host["mode"])
        )
        if not host["known"]:
            yield from _wrapped(f"{name}: ", "not read")
            continue
        policy = " (by policy)" if host["by_policy"] else ""
        yield from _wrapped("", f"{name} ({about})")
        yield from _wrapped("  now:        ", (", ".join(host["now"]) or "none") + policy)
        if host["transition"] != host["now"]:
            yield from _wrapped("  transition: ", ", ".join(host["transition"]))
        if host["after"] != host["transition"]:
            yield from _wrapped("  after:      ", ", ".join(host["after"]) or "none")


def _columns(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [
        max(len(line[column]) for line in (list(heads), *cells)) for column in range(len(heads))
    ]
    for line in (list(heads), *cells):
        joined = "  ".join(
            cell.rjust(width) if cell.isdecimal() and len(cell) < 7 else cell.ljust(width)
            for cell, width in zip(line, widths, strict=True)
        )
        yield joined.rstrip()[:WIDTH]


def _wrapped(mark: str, text: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        break_on_hyphens=False,
    ) or [mark]
