# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder of the packs, on whatever host the task runs on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from .._cim.errors import CimError

FILE_MODE, FOLDER_MODE = "0600", "0700"


class EvidenceError(CimError):
    """No pack, or none that could be checked; ``str()`` says why."""

    def __init__(self, why: str, advice: str | None = None) -> None:
        super().__init__(why)
        self.advice = advice


class PlaceHost(Protocol):
    """What a folder of packs needs of the host that it is on."""

    @property
    def on_controller(self) -> bool:
        """Whether that host is this machine."""

    def module(self, name: str, arguments: dict[str, Any]) -> Mapping[str, Any]:
        """Run one of Ansible's own modules and return its result, failed or not."""

    def fetch(self, path: str, folder: Path) -> Path:
        """Bring a file here; the folder is a place for it.

        :raises EvidenceError: it is not there, or cannot be read.
        """

    def send(self, source: Path, path: str, mode: str) -> Mapping[str, Any]:
        """Write a file there, whole or not at all, and return the result of ``copy``."""


class PackPlace:
    """One folder.

    :param path: absolute.
    """

    def __init__(self, host: PlaceHost, path: str) -> None:
        self._host = host
        self._path = PurePosixPath(path)
        self._there = False

    def names(self, base: str) -> list[str]:
        """The names of ZIP files that begin as the packs do; none where there is no folder.

        :raises EvidenceError: it cannot be read, or is no folder.
        """
        doing = f"reading {self._path}"
        about = self._checked(self._host.module("stat", self._stat()), doing)
        stat = about.get("stat", {})
        if not stat.get("exists"):
            return []
        if not stat.get("isdir"):
            raise EvidenceError(f"{self._path} is there and is no folder")
        self._there = True
        wanted = {"paths": [str(self._path)], "patterns": [f"{base}-*.zip"], "hidden": False}
        found = self._checked(self._host.module("find", wanted), doing)
        return sorted(PurePosixPath(each["path"]).name for each in found.get("files", []))

    def _stat(self) -> dict[str, Any]:
        quick = dict.fromkeys(("get_checksum", "get_mime", "get_attributes"), False)
        return {"path": str(self._path), "follow": True, **quick}

    def fetch(self, name: str, folder: Path) -> Path:
        """Bring a pack here.

        :raises EvidenceError: it cannot be read.
        """
        return self._host.fetch(str(self._path / name), folder)

    def put(self, source: Path, name: str) -> str:
        """Write a pack there; return its path.

        :raises EvidenceError: it cannot be written.
        """
        if not self._there:
            wanted = {"path": str(self._path), "state": "directory", "mode": FOLDER_MODE}
            self._checked(self._host.module("file", wanted), f"making {self._path}")
            self._there = True
        path = str(self._path / name)
        self._checked(self._host.send(source, path, FILE_MODE), f"writing {path}")
        return path

    @staticmethod
    def _checked(result: Mapping[str, Any], doing: str) -> Mapping[str, Any]:
        if result.get("failed"):
            why = result.get("msg") or result.get("module_stderr") or "no reason was given"
            raise EvidenceError(f"{doing} failed: {why}")
        return result
