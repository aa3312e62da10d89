# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files a report consists of, and which of them are to be written.

A file is news when it would differ even if everything had been collected at the same time as
before. The manifest remembers that per file, so that reports of an unchanged inventory are left
alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .formats import ALL_FORMATS
from .history import Changes
from .model import Severity
from .renderers.judgment import plain, says
from .report import Report

SCHEMA = 1
MOST_TOLD = 200
"""Findings that the manifest and the diff name."""


@dataclass(frozen=True, slots=True)
class OutputFile:
    """One file of a report.

    :param fingerprint: a digest of its content, as it would be whenever the facts were collected.
    """

    name: str
    format: str
    content: bytes
    fingerprint: str

    @property
    def sha256(self) -> str:
        """The digest of its content."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def checksum(self) -> str:
        """What Ansible's modules call the checksum of a file: SHA-1."""
        return hashlib.sha1(self.content, usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class FileOnDisk:
    """A file that is there."""

    checksum: str
    mode: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the last run wrote.

    :param files: by name: ``fingerprint``, ``sha256`` and ``checksum``.
    :param told: the inventory in a few lines, for the diff.
    """

    digest: str = ""
    files: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    told: Mapping[str, Any] | None = None

    def to_json(self) -> str:
        """One line of JSON."""
        body = {"schema": SCHEMA, "digest": self.digest, "files": self.files, "told": self.told}
        return json.dumps(body, ensure_ascii=False, sort_keys=True) + "\n"


def read_manifest(text: str) -> Manifest:
    """A manifest from its JSON; an empty one if it is none."""
    try:
        body = json.loads(text)
        if body["schema"] != SCHEMA:
            return Manifest()
        files = {
            str(name): {str(key): str(value) for key, value in entry.items()}
            for name, entry in body["files"].items()
        }
        told = body["told"] if isinstance(body["told"], dict) else None
        return Manifest(str(body["digest"]), files, told)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Manifest()


def render_files(report: Report, formats: Iterable[str], base: str) -> list[OutputFile]:
    """The files of a report."""
    timeless = report.without_times()
    found = []
    for name in dict.fromkeys(formats):
        output = ALL_FORMATS[name]
        print_of = output.render(timeless)
        found.append(
            OutputFile(
                name=f"{base}{output.suffix}",
                format=name,
                content=output.render(report).encode(),
                fingerprint=hashlib.sha256(print_of.encode()).hexdigest(),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done in the folder.

    :param news: report files that are written because something changed.
    :param refreshed: report files of which only the times differ, written where that was asked for.
    :param history: what becomes of the snapshots.
    :param manifest: what is to be remembered, ``None`` where the manifest is right as it is.
    """

    news: tuple[OutputFile, ...]
    refreshed: tuple[OutputFile, ...]
    history: Changes
    manifest: Manifest | None

    @property
    def changed(self) -> bool:
        """Whether there is news."""
        return bool(self.news) or self.history.new


def make_plan(
    report: Report,
    files: Sequence[OutputFile],
    history: Changes,
    before: Manifest,
    on_disk: Mapping[str, FileOnDisk],
    *,
    mode: str,
    refresh_times: bool,
) -> Plan:
    """Decide what is written.

    :param on_disk: the files of the folder by name.
    :param mode: the permissions that a report file has to have, as in ``0640``.
    """
    news, refreshed = [], []
    for each in files:
        entry, there = before.files.get(each.name, {}), on_disk.get(each.name)
        intact = there is not None and (
            entry.get("fingerprint") == each.fingerprint
            and there.checksum in (entry.get("checksum"), each.checksum)
            and there.mode == mode
        )
        if not intact:
            news.append(each)
        elif refresh_times and there is not None and there.checksum != each.checksum:
            refreshed.append(each)
    written = [*news, *refreshed]
    manifest = None
    if written or before.digest != report.digest:
        entries = {name: entry for name, entry in before.files.items() if name in on_disk}
        entries |= {
            each.name: {
                "fingerprint": each.fingerprint,
                "sha256": each.sha256,
                "checksum": each.checksum,
            }
            for each in written
        }
        manifest = Manifest(report.digest, entries, told(report))
    return Plan(tuple(news), tuple(refreshed), history, manifest)


def told(report: Report) -> dict[str, Any]:
    """The inventory in a few lines: what the diff shows."""
    inventory, language = report.inventory, report.language
    findings = [
        plain(f"{each.subject}: {language.finding(each)}")
        for each in inventory.findings
        if each.severity is not Severity.INFO
    ]
    shown: dict[str, Any] = {
        "digest": report.digest,
        "stocks": {
            plain(language.stock(stock.key)): plain(says(stock, language))
            for stock in inventory.stocks
        },
        "servers": {server.name: server.state.value for server in inventory.servers},
        "findings": findings[:MOST_TOLD],
    }
    if report.farm is not None:
        shown["hosts"] = {host.name: str(host.verdict) for host in report.farm.hosts}
    if report.audit is not None:
        shown["account"] = {
            plain(language.stock(line.key)): line.state for line in report.audit.lines
        }
    return shown
