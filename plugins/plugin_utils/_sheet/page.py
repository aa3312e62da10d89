# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a sheet says, in one language, before it takes a form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .model import Purchase, Server, Sheet
from .wording import Wording


@dataclass(frozen=True, slots=True)
class Fact:
    """A value with its name; an empty one is a line to write on.

    :param code: whether it is read out character by character.
    """

    name: str
    value: str
    code: bool = False


@dataclass(frozen=True, slots=True)
class ServerCard:
    """A license server."""

    heading: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Cals:
    """One purchase."""

    row: str
    quantity: str
    version: str
    type: str
    program: str
    numbers: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Everything in its order; the names of the sections come from the wording."""

    wording: Wording
    title: str
    notice: str
    masked: bool
    say: tuple[str, ...]
    servers: tuple[ServerCard, ...]
    cals: tuple[Cals, ...]
    asks: tuple[str, ...]
    notes: tuple[Fact, ...]
    answer: str


def page_of(sheet: Sheet, wording: Wording) -> Page:
    """Say it."""
    name = sheet.server.name or "?"
    return Page(
        wording=wording,
        title=wording.text(f"title.{sheet.request}", name=name),
        notice=wording.text("masked" if sheet.masked else "unmasked"),
        masked=sheet.masked,
        say=tuple(_say(sheet, wording, name)),
        servers=tuple(_servers(sheet, wording)),
        cals=tuple(_cals(each, wording) for each in sheet.purchases),
        asks=tuple(_asks(sheet, wording)),
        notes=tuple(_notes(sheet, wording)),
        answer=answer_of(sheet),
    )


def _say(sheet: Sheet, wording: Wording, name: str) -> Iterator[str]:
    old = sheet.old.name if sheet.old and sheet.old.name else "?"
    yield wording.text(f"say.{sheet.request}", name=name, old=old)
    if sheet.reason:
        yield wording.text("reason", reason=sheet.reason)
    if sheet.code:
        yield wording.text("refused", code=sheet.code)


def _servers(sheet: Sheet, wording: Wording) -> Iterator[ServerCard]:
    now = "server.new" if sheet.request == "move" else "server.now"
    facts = list(_facts(sheet.server, wording))
    if sheet.contact:
        names = " ".join(
            sheet.contact[each] for each in ("first_name", "last_name") if each in sheet.contact
        )
        rest = [
            sheet.contact[each]
            for each in ("company", "city", "country", "email")
            if each in sheet.contact
        ]
        facts.append(Fact(wording.text("contact"), ", ".join(filter(None, [names, *rest]))))
    yield ServerCard(wording.text(now), tuple(facts))
    if sheet.request != "correct_channel":
        before = "server.old" if sheet.request == "move" else "server.before"
        yield ServerCard(wording.text(before), tuple(_facts(sheet.old or Server(), wording)))


def _facts(server: Server, wording: Wording) -> Iterator[Fact]:
    yield Fact(wording.text("name"), server.name)
    yield Fact(wording.text("license_server_id"), server.license_server_id, code=True)
    if server.product_id:
        yield Fact(wording.text("product_id"), server.product_id, code=True)
    if server.release:
        yield Fact(wording.text("release"), wording.release(server.release))
    if server.activated is not None:
        yield Fact(wording.text("activated"), wording.text("yes" if server.activated else "no"))


def _cals(purchase: Purchase, wording: Wording) -> Cals:
    numbers = [
        Fact(wording.text(name), value, code=bool(value))
        for name, value in purchase.numbers.items()
    ]
    if purchase.agreement_type:
        numbers.insert(0, Fact(wording.text("agreement"), purchase.agreement_type))
    return Cals(
        row=str(purchase.row),
        quantity=wording.number(purchase.quantity),
        version=wording.release(purchase.version),
        type=wording.cal_type(purchase.type),
        program=wording.program(purchase.program),
        numbers=tuple(numbers),
    )


def _asks(sheet: Sheet, wording: Wording) -> Iterator[str]:
    yield wording.text("ask.code")
    yield wording.text("ask.void")
    yield wording.text("ask.limit")
    if sheet.reference:
        yield wording.text("known_reference", reference=sheet.reference)
    else:
        yield wording.text("ask.reference")


def _notes(sheet: Sheet, wording: Wording) -> Iterator[Fact]:
    yield Fact(wording.text("note.date"), "")
    yield Fact(wording.text("note.agent"), "")
    yield Fact(wording.text("note.reference"), sheet.reference)
    for each in sheet.purchases:
        yield Fact(wording.text("note.code", row=each.row), "", code=True)


def answer_of(sheet: Sheet) -> str:
    """The variable that brings the agent's answer back into the run, as YAML."""
    kinds = [(each.version, each.type) for each in sheet.purchases]
    lines = ["lserver_migration_answers:"]
    for each in sheet.purchases:
        lines += [
            f'  "{each.row}":',
            "    channel: key_pack_id",
            f'    version: "{each.version}"',
            f"    type: {each.type}",
            f"    quantity: {each.quantity}",
        ]
        if each.program and kinds.count((each.version, each.type)) > 1:
            lines.append(f"    program: {each.program}")
        lines.append(f'    key_pack_code: "{{{{ vault_key_pack_code_{each.row} }}}}"')
    return "\n".join(lines)
