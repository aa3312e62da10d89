# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Get Receptor for ``make mesh``, without installing it: unpack Debian's package into a folder.

Nothing is done where a program ``receptor`` is on the path or was unpacked before. Debian 13
(trixie) is the first with the package; on an older Debian it comes from the mirror that the
machine's own apt sources name, and is checked with the keys of Debian's archive keyring. The
machine's own package lists and packages stay as they are.

    python3 tests/tools/receptor.py build/receptor
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import environments

PACKAGE = "receptor"
SUITE = "trixie"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
PROGRAM = Path("usr") / "bin" / PACKAGE
ADVICE = (
    "Receptor is missing. On Debian 13 or newer: apt-get install receptor. Elsewhere put a program"
    " receptor on the path."
)
TARGETS = ("$(ORIGIN)|$(RELEASE)|$(COMPONENT)|$(REPO_URI)", "Created-By: Packages")


def mirror(targets: str) -> str | None:
    """The Debian mirror among apt's targets, one a line as TARGETS asks for them; None for none."""
    for line in targets.splitlines():
        origin, release, component, address = line.split("|", 3)
        # Security and updates are kept beside the release, under names of their own.
        if origin == "Debian" and component == "main" and "-" not in release:
            return address
    return None


def apt_options(folder: Path) -> list[str]:
    """Options that keep everything of apt below a folder."""
    return [
        *("-o", f"Dir::Etc::sourcelist={folder / 'sources.list'}"),
        *("-o", f"Dir::Etc::sourceparts={folder / 'none'}"),
        *("-o", f"Dir::State::lists={folder / 'lists'}"),
        *("-o", f"Dir::State::status={folder / 'status'}"),
        *("-o", f"Dir::Cache={folder / 'cache'}"),
        # As root, apt would download as an account that may not write below this folder.
        *("-o", "APT::Sandbox::User=root"),
    ]


def fetch(folder: Path) -> None:
    """Download the package and unpack it into ``folder``, whole or not at all.

    Raises environments.SetUpError, which says what to do.
    """
    if not all(shutil.which(each) for each in ("apt-get", "dpkg")) or not KEYRING.is_file():
        raise environments.SetUpError(ADVICE)
    address = mirror(_run(["apt-get", "indextargets", "--format", *TARGETS]))
    if address is None:
        raise environments.SetUpError(f"{ADVICE} (apt knows no mirror of Debian here.)")
    work = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(work, ignore_errors=True)
    for each in ("lists/partial", "cache/archives/partial", "none", "tree"):
        (work / each).mkdir(parents=True)
    (work / "status").touch()
    (work / "sources.list").write_text(
        f"deb [signed-by={KEYRING}] {address} {SUITE} main\n", encoding="utf-8"
    )
    print(f"Getting the package {PACKAGE} of Debian {SUITE} into {folder}", flush=True)
    options = apt_options(work)
    _run(["apt-get", *options, "--quiet", "update"])
    _run(["apt-get", *options, "--quiet", "download", PACKAGE], work)
    (archive,) = work.glob(f"{PACKAGE}_*.deb")
    _run(["dpkg", "-x", str(archive), str(work / "tree")])
    _run([str(work / "tree" / PROGRAM), "--version"])
    shutil.rmtree(folder, ignore_errors=True)
    (work / "tree").replace(folder)
    shutil.rmtree(work)


def _run(command: Sequence[str], folder: Path | None = None) -> str:
    answer = subprocess.run(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        text=True,
        errors="replace",
    )
    if answer.returncode != 0:
        raise environments.SetUpError(f"{command[0]} failed:\n{answer.stdout.strip()}\n{ADVICE}")
    return answer.stdout


def main() -> int:
    """Have Receptor, on the path or in the folder named on the command line."""
    folder = Path(sys.argv[1]).absolute()
    if shutil.which(PACKAGE) or (folder / PROGRAM).is_file():
        return 0
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        fetch(folder)
    except environments.SetUpError as error:
        print(f"receptor: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
