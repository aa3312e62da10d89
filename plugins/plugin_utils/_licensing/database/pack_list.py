# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The key packs as a bundle carries them: ``packs.json``.

With it a bundle of a dead server still tells which CALs to ask the Clearinghouse for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..cals.key_packs import KeyPack
from .bundle_json import (
    NotReadable,
    integer_or_none,
    objects_in,
    plain,
    read_object,
    text_in,
    text_or_none,
)

SHOWN = ("key_pack_id", "type", "program", "version", "suite", "total", "issued")
"""What is told of a pack when bundles are listed."""
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class PackList:
    """The packs of a server at a time.

    :param collected_at: ISO 8601 UTC.
    :param packs: as ``KeyPack.as_dict`` makes them, built-in ones included.
    :param issued_total: how many issued licenses ``issued.json`` lists; None when not counted.
    """

    server: str
    license_server_id: str | None
    collected_at: str
    packs: tuple[dict[str, Any], ...]
    issued_total: int | None

    @classmethod
    def of(
        cls,
        server: str,
        license_server_id: str | None,
        collected_at: str,
        packs: Iterable[KeyPack],
        issued_total: int | None,
    ) -> PackList:
        """The list of a server that answers."""
        told = tuple(pack.as_dict() for pack in packs)
        return cls(server, license_server_id, collected_at, told, issued_total)

    def as_dict(self) -> dict[str, Any]:
        """As ``packs.json`` holds it."""
        return {
            "server": self.server,
            "license_server_id": self.license_server_id,
            "collected_at": self.collected_at,
            "issued_total": self.issued_total,
            "packs": list(self.packs),
        }

    @classmethod
    def from_text(cls, text: bytes) -> PackList:
        """Read ``packs.json``.

        :raises NotReadable: it is not one.
        """
        data = read_object(text)
        packs = objects_in(data, "packs")
        if len(packs) > _MOST:
            raise NotReadable(f"it lists more than {_MOST} packs")
        return cls(
            server=text_in(data, "server"),
            license_server_id=text_or_none(data, "license_server_id"),
            collected_at=text_in(data, "collected_at"),
            packs=tuple(_checked(each) for each in packs),
            issued_total=integer_or_none(data, "issued_total"),
        )

    def shown(self) -> list[dict[str, Any]]:
        """The packs in short, texts made fit for a terminal."""
        return [
            {
                name: plain(value) if isinstance(value := pack.get(name), str) else value
                for name in SHOWN
            }
            for pack in self.packs
        ]


def _checked(pack: dict[str, Any]) -> dict[str, Any]:
    if integer_or_none(pack, "key_pack_id") is None:
        raise NotReadable("a pack has no key_pack_id")
    for name in ("type", "program", "version"):
        text_in(pack, name)
    for name in ("total", "issued"):
        integer_or_none(pack, name)
    text_or_none(pack, "suite")
    return pack
