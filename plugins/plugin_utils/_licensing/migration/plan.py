# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan is: findings, steps, tables, and whether it may be carried out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from .coverage import Covered
from .known_server import KnownServer
from .purchases import Row


class Severity(StrEnum):
    """How much a finding matters; the worst first."""

    STOP = "stop"
    WARN = "warn"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the operator has to know.

    :param code: a stable word; ``accept`` names it.
    """

    severity: Severity
    code: str
    text: str
    todo: str = ""


class State(StrEnum):
    """Where a step stands, as far as the servers show it."""

    DONE = "done"
    TODO = "to do"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Step:
    """One step, in the order in which they are done."""

    name: str
    says: str
    state: State


@dataclass(slots=True)
class Plan:
    """Everything that is returned; ``data`` differs from story to story."""

    story: str
    title: str
    findings: list[Finding] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)

    def stop(self, code: str, text: str, todo: str = "") -> None:
        """Nothing may be written before this is settled or accepted."""
        self.findings.append(Finding(Severity.STOP, code, text, todo))

    def warn(self, code: str, text: str, todo: str = "") -> None:
        """It can go on, but somebody should know."""
        self.findings.append(Finding(Severity.WARN, code, text, todo))

    def note(self, code: str, text: str) -> None:
        """Good to know."""
        self.findings.append(Finding(Severity.NOTE, code, text))

    def accept(self, codes: Collection[str]) -> None:
        """Take stops that the operator accepts for warnings; order by severity."""
        order = list(Severity)
        self.findings = sorted(
            (
                replace(each, severity=Severity.WARN)
                if each.severity is Severity.STOP and each.code in codes
                else each
                for each in self.findings
            ),
            key=lambda each: order.index(each.severity),
        )

    @property
    def ready(self) -> bool:
        """Whether nothing stops it."""
        return not any(each.severity is Severity.STOP for each in self.findings)

    @property
    def done(self) -> bool:
        """Whether every step that is due is done."""
        return not any(each.state is State.TODO for each in self.steps)

    def as_dict(self) -> dict[str, Any]:
        """As the module returns it."""
        return {
            "story": self.story,
            "title": self.title,
            "findings": [
                {name: str(value) for name, value in asdict(each).items()} for each in self.findings
            ],
            "steps": [
                {name: str(value) for name, value in asdict(each).items()} for each in self.steps
            ],
            **self.data,
        }


def words(kind: tuple[str, str, str | None]) -> str:
    """A kind of CALs in words."""
    version, cal_type, program = kind
    names = {"per_user": "per user", "per_device": "per device"}
    return f"{version} {names.get(cal_type, cal_type)} {program or 'any program'}"


def need_numbers(plan: Plan, rows: Sequence[Row], covered: Sequence[Covered]) -> None:
    """Stop where a number is missing or has the wrong form; never say what it is."""
    there = {each.row.row: each for each in covered}
    for row in rows:
        if row.quantity < 1:
            plan.stop("bad_quantity", f"packs[{row.row}].quantity: a positive number is needed")
        if not there[row.row].missing:
            continue
        if row.missing:
            plan.stop(
                "numbers_missing",
                f"packs[{row.row}] ({row.quantity} {words(row.kind)}) lacks "
                f"{', '.join(row.missing)}",
                "Windows never gives a number back: look into the proof of purchase",
            )
        for wrong in row.wrong:
            plan.stop("bad_number", wrong.removeprefix("refused: "))


def numbers_of(covered: Sequence[Covered]) -> list[dict[str, Any]]:
    """What is declared, by row: what it brings, what is there, which numbers are missing."""
    return [
        {
            "row": each.row.row,
            "channel": each.row.channel,
            "method": each.row.method,
            "version": each.row.version,
            "type": each.row.type,
            "program": each.row.program,
            "quantity": each.row.quantity,
            "installed": each.there,
            "missing": each.missing,
            "lacks": list(each.row.missing),
        }
        for each in covered
    ]


def server_data(server: KnownServer | None) -> dict[str, Any] | None:
    """A server as the plan returns it."""
    if server is None:
        return None
    return {
        "name": server.name,
        "license_server_id": server.license_server_id,
        "product_id": server.product_id,
        "release": server.release,
        "activated": server.activated,
    }


def packs_data(server: KnownServer | None) -> list[dict[str, Any]]:
    """The packs of a server as the plan returns them."""
    return [
        {
            "key_pack_id": each.key_pack_id,
            "version": each.version,
            "type": each.type,
            "program": each.program,
            "total": each.total,
            "issued": each.issued,
            "why_not": each.why_not_movable,
        }
        for each in (server.packs if server else ())
    ]


def found_codes(plan: Mapping[str, Any]) -> list[str]:
    """The codes of a plan's findings that stop it."""
    return [each["code"] for each in plan["findings"] if each["severity"] == "stop"]
