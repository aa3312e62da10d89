# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Test suites of the JUnit report: the text of one case, and the sums of many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .judgment import plain
from .xml_text import attribute, element


@dataclass(frozen=True, slots=True)
class JunitCase:
    """One test.

    :param failures: sentences; with one the test fails, and ``kind`` says how badly.
    :param skipped: why it could not be tested, empty if it could.
    """

    suite: str
    name: str
    failures: Sequence[str] = ()
    kind: str = ""
    notes: Sequence[str] = ()
    skipped: str = ""

    def lines(self) -> list[str]:
        """As XML."""
        head = f"    <testcase {attribute('classname', self.suite)} {attribute('name', self.name)}"
        inner = []
        if self.skipped:
            inner.append(f"<skipped {attribute('message', plain(self.skipped))}/>")
        if self.failures:
            texts = [plain(each) for each in self.failures]
            kind, message = attribute("type", self.kind), attribute("message", texts[0])
            inner.append(element("failure", chr(10).join(texts), kind, message))
        inner += [element("system-out", plain(each)) for each in self.notes]
        if not inner:
            return [f"{head}/>"]
        return [f"{head}>", *(f"      {each}" for each in inner), "    </testcase>"]


def document(name: str, suites: Iterable[tuple[str, Sequence[JunitCase]]]) -> str:
    """The whole document; a suite without a case is left out."""
    lines: list[str] = []
    totals = [0, 0, 0]
    for suite, cases in suites:
        if not cases:
            continue
        numbers = [
            len(cases),
            sum(bool(each.failures) for each in cases),
            sum(bool(each.skipped) for each in cases),
        ]
        totals = [one + other for one, other in zip(totals, numbers, strict=True)]
        lines.append(f"  <testsuite {_numbers(suite, numbers)}>")
        lines += [line for each in cases for line in each.lines()]
        lines.append("  </testsuite>")
    head = f"<testsuites {_numbers(name, totals)}>"
    start = ['<?xml version="1.0" encoding="UTF-8"?>', head]
    return "\n".join([*start, *lines, "</testsuites>"]) + "\n"


def _numbers(name: str, numbers: Sequence[int]) -> str:
    tests, failures, skipped = numbers
    counts = f'tests="{tests}" failures="{failures}" errors="0" skipped="{skipped}"'
    return f"{attribute('name', name)} {counts}"
