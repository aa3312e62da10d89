# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files a sheet is, and how they come to the host that keeps them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, Protocol

from .._reporting.ephemeral import vanishes
from . import as_html, as_markdown
from .build import build_sheet
from .page import page_of
from .wording import Wording

FORMATS = {"md": as_markdown.render, "html": as_html.render}


class SheetError(Exception):
    """A sheet cannot be made or kept; the text says why, the advice what to do."""

    def __init__(self, why: str, advice: str = "") -> None:
        super().__init__(why)
        self.advice = advice


class Host(Protocol):
    """What is needed of the host that keeps the files."""

    def module(self, name: str, arguments: dict[str, Any]) -> Mapping[str, Any]:
        """Run one of Ansible's own modules and return its result, failed or not."""

    def copy(self, content: bytes, path: str, mode: str) -> Mapping[str, Any]:
        """Write a file, whole or not at all, and return the result of Ansible's ``copy``."""


def files_of(params: Mapping[str, Any]) -> dict[str, bytes]:
    """The files by name. The same options give the same files, whenever.

    :raises SheetError: an option makes no sense.
    """
    name = params["name"]
    if not name or "/" in name or name.startswith("."):
        raise SheetError(f"{name!r} is no name for a file", "give a name without a folder")
    try:
        sheet = build_sheet(params)
    except ValueError as error:
        raise SheetError(str(error), "name the purchases in packs") from error
    page = page_of(sheet, Wording(params["language"]))
    return {f"{name}.{each}": FORMATS[each](page).encode() for each in params["formats"]}


def deliver(
    params: Mapping[str, Any], host: Host, *, on_controller: bool, check_mode: bool
) -> tuple[list[str], list[str]]:
    """Write what differs; return the paths of all files and of those written.

    :raises SheetError: the folder is none, or would vanish, or writing failed.
    """
    folder = PurePosixPath(params["path"])
    if not folder.is_absolute():
        raise SheetError(f"{folder} is no absolute path", "name the folder from / on")
    if on_controller and not params["allow_ephemeral"] and vanishes(str(folder)):
        raise SheetError(
            f"{folder} is inside an execution environment and lost after this job",
            "mount a folder of the host there, write to another host (delegate_to; the role has "
            "lserver_migration_output_host), or set allow_ephemeral: true if something later in "
            "the same job takes the file away",
        )
    files = {str(folder / name): content for name, content in files_of(params).items()}
    news = [path for path, content in files.items() if not _is_there(host, path, content, params)]
    if news and not check_mode:
        made = host.module(
            "file",
            {"path": str(folder), "state": "directory"}
            | ({} if _is_folder(host, folder) else {"mode": params["directory_mode"]}),
        )
        _check(made, f"making {folder}")
        for path in news:
            _check(host.copy(files[path], path, params["mode"]), f"writing {path}")
    return list(files), news


def _is_there(host: Host, path: str, content: bytes, params: Mapping[str, Any]) -> bool:
    found = host.module(
        "stat", {"path": path, "get_checksum": True, "checksum_algorithm": "sha256"}
    )
    _check(found, f"reading {path}")
    there: Mapping[str, Any] = found.get("stat") or {}
    return bool(
        there.get("exists")
        and there.get("checksum") == hashlib.sha256(content).hexdigest()
        and int(str(there.get("mode") or "0"), 8) == int(params["mode"], 8)
    )


def _is_folder(host: Host, folder: PurePosixPath) -> bool:
    found = host.module("stat", {"path": str(folder)})
    _check(found, f"reading {folder}")
    return bool((found.get("stat") or {}).get("isdir"))


def _check(result: Mapping[str, Any], doing: str) -> None:
    if result.get("failed"):
        why = result.get("msg") or result.get("module_stderr") or "no reason was given"
        raise SheetError(f"{doing} failed: {why}", "look at the folder and at who may write there")
