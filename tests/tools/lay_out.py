# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copy the checkout to ``ansible_collections/remote_desktop/licensing``, where Ansible finds it.

Ansible resolves a collection by the folders that it lies in, and a checkout may lie anywhere. The
copy holds the tracked and the untracked, not ignored, files: what is being worked on is what is
tested. It is a real copy and a git repository of its own, because ansible-test stops at symbolic
links and asks git for the list of files.

    python3 tests/tools/lay_out.py build/tree
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
COLLECTION = Path("ansible_collections") / "remote_desktop" / "licensing"


class LayOutError(Exception):
    """The checkout cannot be laid out; the text says why and what to do."""


def git(folder: Path, *arguments: str) -> bytes:
    """Run git in ``folder`` and return its output; LayOutError holds what it complained about.

    The ``GIT_*`` variables of a surrounding git command (a hook, for one) would point it elsewhere.
    """
    environment = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
    try:
        answer = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            capture_output=True,
            check=False,
            env=environment,
        )
    except FileNotFoundError:
        raise LayOutError(
            "git is needed to list the files of this checkout: install git (apt-get install git)."
        ) from None
    if answer.returncode != 0:
        complaint = answer.stderr.decode(errors="replace").strip()
        raise LayOutError(f"git {arguments[0]} failed in {folder}: {complaint}")
    return answer.stdout


def is_checkout(folder: Path) -> bool:
    """Tell whether ``folder`` is the top of a git work tree of its own."""
    try:
        git(folder, "--version")
        top = git(folder, "rev-parse", "--show-toplevel")
    except LayOutError as error:
        if "not a git repository" in str(error):
            return False
        raise
    return Path(os.fsdecode(top.removesuffix(b"\n"))).resolve() == folder.resolve()


def listed(folder: Path) -> set[Path]:
    """Return the tracked and the untracked, not ignored, files that exist, relative to it."""
    names = git(folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split(b"\0")
    found = (Path(os.fsdecode(name)) for name in names if name)
    return {path for path in found if is_file(folder / path)}


def is_file(path: Path) -> bool:
    """Tell whether a listed name can be copied: it may be deleted, or a repository of its own."""
    return path.is_symlink() or path.is_file()


def is_same(source: Path, target: Path) -> bool:
    """Tell whether ``target`` is an up-to-date copy, by kind, size, mode and time of change."""
    if not os.path.lexists(target):
        return False
    if source.is_symlink() or target.is_symlink():
        return (
            source.is_symlink() and target.is_symlink() and source.readlink() == target.readlink()
        )
    old, new = target.stat(), source.stat()
    return (old.st_size, old.st_mode, old.st_mtime_ns) == (
        new.st_size,
        new.st_mode,
        new.st_mtime_ns,
    )


def copy(source: Path, target: Path) -> None:
    """Copy one file whole or not at all: a run that reads the tree meanwhile sees no half file."""
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    partial.unlink(missing_ok=True)
    shutil.copy2(source, partial, follow_symlinks=False)
    partial.replace(target)


def remove(target: Path, top: Path) -> None:
    """Remove a file and the folders that nothing but a bytecode cache is left in, below ``top``."""
    target.unlink(missing_ok=True)
    folder = target.parent
    while folder != top and folder.is_dir():
        if any(entry.name != "__pycache__" for entry in folder.iterdir()):
            break
        shutil.rmtree(folder)
        folder = folder.parent


def synchronize(source: Path, destination: Path) -> tuple[int, int]:
    """Make the copy hold exactly the listed files of ``source``: (copied, removed)."""
    target = destination / COLLECTION
    if not (target / ".git").is_dir():
        target.mkdir(parents=True, exist_ok=True)
        git(target, "init", "--quiet")
    wanted = {path for path in listed(source) if not (source / path).is_relative_to(destination)}
    vanished = listed(target) - wanted
    for path in vanished:
        remove(target / path, target)
    stale = [path for path in sorted(wanted) if not is_same(source / path, target / path)]
    for path in stale:
        copy(source / path, target / path)
    if stale or vanished:
        git(target, "add", "--all", ".")
    return len(stale), len(vanished)


def lay_out(destination: Path, source: Path = SOURCE) -> Path:
    """Lay the checkout out below ``destination`` and return the collection's folder there.

    Raises LayOutError without git or outside a git checkout. Two runs at once wait for each other.
    """
    if not is_checkout(source):
        raise LayOutError(
            f"{source} is not a git checkout, and git is needed to tell the collection's files"
            " from others: clone the repository, or run 'git init' in this folder once"
            " (nothing has to be committed)."
        )
    destination = destination.resolve()
    destination.mkdir(parents=True, exist_ok=True)
    with (destination / ".lay_out.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        synchronize(source.resolve(), destination)
    return destination / COLLECTION


def main() -> int:
    """Lay out to the folder named on the command line."""
    if len(sys.argv) != 2:
        print("usage: lay_out.py DESTINATION", file=sys.stderr)
        return 2
    try:
        print(lay_out(Path(sys.argv[1])))
    except LayOutError as error:
        print(f"lay_out: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
