# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the options of ``rds_clearinghouse_sheet`` to a sheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._reporting.language import os_release
from .._reporting.reading import clean
from .model import Purchase, Server, Sheet
from .numbers import grouped, masked

NUMBERS = {
    "retail": ("license_code",),
    "open": ("license_number", "authorization_number"),
    "agreement": ("agreement_number",),
    "key_pack_id": ("key_pack_code",),
}
"""The options that hold the numbers of a channel."""
_PROGRAMS = {"retail": "retail", "open": "open", "agreement": "volume"}
CONTACT = ("first_name", "last_name", "company", "country", "email", "city")


def build_sheet(params: Mapping[str, Any]) -> Sheet:
    """Build it.

    :param params: validated options.
    :raises ValueError: there is no purchase to ask about; the text says why.
    """
    rows = params["rows"]
    chosen = [
        (index, each) for index, each in enumerate(params["packs"]) if rows is None or index in rows
    ]
    if not chosen:
        raise ValueError("there is no purchase to ask about: packs is empty, or rows names none")
    show = params["show_numbers"]
    old = server_of(params["old_server"])
    return Sheet(
        request=params["request"],
        server=server_of(params["server"]) or Server(),
        old=old,
        purchases=tuple(_purchase(index, each, show=show) for index, each in chosen),
        contact=_contact(params["contact"]),
        masked=not show,
        code=clean(params["refusal_code"] or ""),
        reason=clean(params["reason"] or ""),
        reference=clean(params["reference"] or ""),
    )


def server_of(facts: object) -> Server | None:
    """A license server from the facts ``rds_cal``, their ``server``, or a report or bundle."""
    if not isinstance(facts, Mapping) or not facts:
        return None
    inner = facts.get("server")
    about: Mapping[str, Any] = inner if isinstance(inner, Mapping) else facts
    names = [about.get(each) for each in ("computer_name", "server", "name")]
    build = clean(about.get("os_build"))
    activated = about.get("activated")
    return Server(
        name=clean(next((each for each in names if isinstance(each, str) and each), "")),
        license_server_id=grouped(clean(about.get("license_server_id"))),
        product_id=clean(about.get("product_id")),
        release=os_release(build) or clean(about.get("release")),
        activated=activated if isinstance(activated, bool) else None,
    )


def _contact(contact: Mapping[str, Any] | None) -> dict[str, str]:
    given = contact or {}
    return {name: clean(given.get(name)) for name in CONTACT if given.get(name)}


def _purchase(index: int, row: Mapping[str, Any], *, show: bool) -> Purchase:
    channel = row["channel"]
    printed = grouped if show else masked
    return Purchase(
        row=index,
        channel=channel,
        program=row["program"] or _PROGRAMS.get(channel, ""),
        version=row["version"],
        type=row["type"],
        quantity=row["quantity"],
        numbers={name: printed(row[name] or "") for name in NUMBERS[channel]},
        agreement_type=row["agreement_type"] or "",
    )
