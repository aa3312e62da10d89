# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder that reports are written to, on whatever host.

It is read in two steps, whatever the length of the history, and written file by file, each one
whole or not at all. What runs on the host stands behind ``Host``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Protocol

from .history import Snapshot
from .output import FileOnDisk, Manifest, Plan, read_manifest
from .request import snapshots_from

END_OF_FILE = "-- end of a file of the CAL inventory --"
READ_ALL = f'for each do cat -- "$each" || exit 1; echo; echo "{END_OF_FILE}"; done'
"""Reads files in one go, each with an end that its own text does not have."""
WHAT_IS_THERE = (
    'for each do if test -d "$each"; then echo folder; '
    'elif test -e "$each"; then echo other; else echo nothing; fi; done'
)
"""Says of each path what is there. ``find`` would warn of every one that is not."""
SNAPSHOT_NAME = re.compile(r"\d{4}-\d{2}-\d{2}\.json")


class FolderError(Exception):
    """The folder cannot be read or written; the text says what failed and why."""


class Host(Protocol):
    """What a folder needs of the host that it is on."""

    def module(self, name: str, arguments: dict[str, Any]) -> Mapping[str, Any]:
        """Run one of Ansible's own modules and return its result, failed or not."""

    def command(self, words: Sequence[str]) -> tuple[int, str, str]:
        """Run a command and return its exit code, output and errors."""

    def copy(self, content: bytes, path: str, mode: str) -> Mapping[str, Any]:
        """Write a file, whole or not at all, and return the result of Ansible's ``copy``."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What was found."""

    files: Mapping[str, FileOnDisk] = field(default_factory=dict)
    manifest: Manifest = field(default_factory=Manifest)
    snapshots: tuple[Snapshot, ...] = ()
    unreadable: tuple[str, ...] = ()
    """Names of snapshots that are none; they are left alone."""


class OutputFolder:
    """One folder with the reports of one name.

    :param path: an absolute path.
    :param base: what the names of the files begin with.
    """

    def __init__(self, host: Host, path: str, base: str) -> None:
        self._host = host
        self._path = PurePosixPath(path)
        self._history = self._path / f"{base}.history"
        self._manifest = self._path / f"{base}.manifest.json"
        self._patterns = [f"{base}.*", "????-??-??.json"]
        self._there: list[PurePosixPath] = []
        self.touched = False
        """Whether anything was made, written or removed, also by a ``write`` that failed."""

    def read(self) -> Contents:
        """What is there; an empty folder if there is none.

        :raises FolderError: it cannot be read.
        """
        self._there = self._folders()
        if not self._there:
            return Contents()
        found = self._host.module(
            "find",
            {
                "paths": [str(path) for path in self._there],
                "patterns": self._patterns,
                "get_checksum": True,
            },
        )
        self._check(found, f"reading {self._path}")
        files, snapshots = {}, []
        for each in found.get("files", []):
            path = PurePosixPath(each["path"])
            if path.parent == self._path:
                files[path.name] = FileOnDisk(str(each.get("checksum")), str(each.get("mode")))
            elif path.parent == self._history and SNAPSHOT_NAME.fullmatch(path.name):
                snapshots.append(path.name)
        return self._texts(files, sorted(snapshots))

    def _folders(self) -> list[PurePosixPath]:
        paths = [self._path, self._history]
        said = self._run([WHAT_IS_THERE, "sh", *map(str, paths)], f"looking for {self._path}")
        kinds = said.split()
        if len(kinds) != len(paths):
            raise FolderError(f"looking for {self._path} gave no answer; the host has to be POSIX")
        for path, kind in zip(paths, kinds, strict=True):
            if kind == "other":
                raise FolderError(f"{path} is there and is no folder")
        return [path for path, kind in zip(paths, kinds, strict=True) if kind == "folder"]

    def _run(self, script: Sequence[str], doing: str) -> str:
        """Run a line of shell with its arguments."""
        code, output, errors = self._host.command(["sh", "-c", *script])
        if code != 0:
            raise FolderError(f"{doing} failed: {errors.strip() or output[-200:]}")
        return output

    def _texts(self, files: dict[str, FileOnDisk], names: list[str]) -> Contents:
        manifest = self._manifest.name in files
        paths = [str(self._manifest)] if manifest else []
        paths += [str(self._history / name) for name in names]
        if not paths:
            return Contents(files)
        output = self._run([READ_ALL, "sh", *paths], f"reading {self._path}")
        texts = output.split(END_OF_FILE)[:-1]
        if len(texts) != len(paths):
            raise FolderError(f"reading {self._path} gave {len(texts)} of {len(paths)} files")
        known = read_manifest(texts.pop(0)) if manifest else Manifest()
        snapshots, unreadable = [], []
        for name, text in zip(names, texts, strict=True):
            read = snapshots_from([text])
            if read and read[0].name == name:
                snapshots += read
            else:
                unreadable.append(name)
        return Contents(files, known, tuple(snapshots), tuple(unreadable))

    def write(self, plan: Plan, *, mode: str, directory_mode: str) -> None:
        """Do what was planned; the manifest comes last.

        :raises FolderError: something failed; what was written before it is whole.
        """
        if plan.news or plan.refreshed or plan.manifest:
            self._make(self._path, directory_mode)
        for each in (*plan.news, *plan.refreshed):
            self._put(self._path / each.name, each.content, mode)
        if plan.history.written:
            self._make(self._history, directory_mode)
        for snapshot in plan.history.written:
            self._put(self._history / snapshot.name, snapshot.to_json().encode(), mode)
        if plan.history.dropped:
            gone = [str(self._history / name) for name in plan.history.dropped]
            self._run(['rm -f -- "$@"', "sh", *gone], "removing old snapshots")
            self.touched = True
        if plan.manifest is not None:
            self._put(self._manifest, plan.manifest.to_json().encode(), mode)

    def _make(self, path: PurePosixPath, mode: str) -> None:
        """Make a folder; the permissions of one that is there are its owner's business."""
        if path in self._there:
            return
        made = self._host.module("file", {"path": str(path), "state": "directory", "mode": mode})
        self._check(made, f"making {path}")
        self._there.append(path)
        self.touched = True

    def _put(self, path: PurePosixPath, content: bytes, mode: str) -> None:
        self._check(self._host.copy(content, str(path), mode), f"writing {path}")
        self.touched = True

    @staticmethod
    def _check(result: Mapping[str, Any], doing: str) -> None:
        if result.get("failed"):
            why = result.get("msg") or result.get("module_stderr") or "no reason was given"
            raise FolderError(f"{doing} failed: {why}")
