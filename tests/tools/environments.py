# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the virtual environments of the demo and the tests.

An environment is made from requirement files and keeps a stamp of what they said: nothing is done
while they say the same, a file named for the first time is installed on top, and a changed file or
another Python makes the environment anew.

    python3 tests/tools/environments.py .venv demo test
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parents[1] / "requirements"
STAMP = "requirements-stamp.json"


class SetUpError(Exception):
    """An environment cannot be made; the text says why and what to do."""


def run(command: Sequence[str | Path], purpose: str) -> str:
    """Run a command quietly and return its output; SetUpError shows what it printed."""
    answer = subprocess.run(
        [str(word) for word in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        text=True,
        errors="replace",
    )
    if answer.returncode != 0:
        raise SetUpError(f"{purpose} failed:\n{answer.stdout.strip()}")
    return answer.stdout


def requirement_files(name: str) -> list[Path]:
    """Return the requirement file ``name`` and the ones that it takes in by ``-r`` or ``-c``."""
    path = REQUIREMENTS / f"{name}.txt"
    if not path.is_file():
        raise SetUpError(f"There is no {path}.")
    found = [path]
    text = path.read_text(encoding="utf-8")
    for nested in re.findall(r"^-[rc] (\S+)\.txt$", text, re.MULTILINE):
        found += requirement_files(nested)
    return found


def fingerprint(name: str) -> str:
    """Return a digest of what the requirement file ``name`` says, those taken in included."""
    digest = hashlib.sha256()
    for path in requirement_files(name):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def read_stamp(folder: Path) -> dict[str, str]:
    """Return what the environment was made from; nothing for none or for a half-made one."""
    try:
        stamp = json.loads((folder / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(text) for name, text in stamp.items()}


def create(folder: Path, python: Path) -> None:
    """Make an empty environment in place of whatever is there."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        run([python, "-m", "venv", folder], "Making a virtual environment")
    except SetUpError as error:
        raise SetUpError(
            f"{error}\nOn Debian and Ubuntu the package python3-venv brings what is missing."
        ) from None


def ensure(folder: Path, python: Path, names: Sequence[str]) -> None:
    """Make the environment ``folder`` hold what the requirement files ``names`` say.

    Raises SetUpError with pip's own words. Two runs at once wait for each other.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    wanted = {name: fingerprint(name) for name in names}
    interpreter = run([python, "-c", "import sys; print(sys.version, sys.base_prefix)"], "Python")
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = read_stamp(folder)
        changed = any(
            not (REQUIREMENTS / f"{name}.txt").is_file() or fingerprint(name) != stamp[name]
            for name in stamp.keys() - {"python"}
        )
        if stamp.get("python") != interpreter or changed:
            print(f"Making {folder} with {python}", flush=True)
            create(folder, python)
            stamp = {"python": interpreter}
        missing = [name for name in names if name not in stamp]
        if missing:
            print(f"Installing into {folder}: {', '.join(missing)}", flush=True)
            install(folder, missing)
            (folder / STAMP).write_text(json.dumps(stamp | wanted, indent=1), encoding="utf-8")


def install(folder: Path, names: Sequence[str]) -> None:
    """Install the requirement files ``names``; a failure leaves no stamp behind."""
    (folder / STAMP).unlink(missing_ok=True)
    command: list[str | Path] = [folder / "bin" / "python", "-m", "pip", "install", "--quiet"]
    command.append("--disable-pip-version-check")
    for name in names:
        command += ["-r", REQUIREMENTS / f"{name}.txt"]
    run(command, f"pip install for {folder.name}")


def main() -> int:
    """Make the environment named on the command line with the Python that runs this."""
    try:
        ensure(Path(sys.argv[1]).absolute(), Path(sys.executable), sys.argv[2:])
    except SetUpError as error:
        print(f"environments: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
