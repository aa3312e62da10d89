# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stages about what leaves the checkout: the tarball for Galaxy, the execution environment."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any

import environments
import yaml
from packaging.requirements import InvalidRequirement, Requirement
from workshop import Bench, StageError

COLLECTION = Path("ansible_collections") / "remote_desktop" / "licensing"
OPERATIONS = Path("plugins") / "plugin_utils" / "_windows" / "operations"
IMPORTED = "Importer processing completed successfully"
WITH_FARM = ("farm", "demo", "e2e/callback_plugins")
"""What the demo needs of the tests; nothing of the plugins, roles and playbooks."""


def build(bench: Bench) -> Path:
    """Build the tarball and return it."""
    galaxy, folder = bench.workshop.tool("ansible-galaxy"), bench.scratch("dist")
    bench.run(galaxy, "collection", "build", "--force", "--output-path", folder)
    archives = list(folder.glob("*.tar.gz"))
    if len(archives) != 1:
        raise StageError(f"{len(archives)} tarballs were built")
    return archives[0]


def install(bench: Bench, archive: Path) -> Path:
    """Install the tarball into an empty collections path, which is returned; nothing is fetched."""
    installed = bench.scratch("installed")
    bench.run(
        *(bench.workshop.tool("ansible-galaxy"), "collection", "install", archive),
        *("--offline", "--no-deps", "-p", installed),
        variables={"ANSIBLE_COLLECTIONS_PATH": str(installed)},
    )
    if (installed / COLLECTION / "tests").exists():
        raise StageError("the built collection holds what build_ignore should leave out")
    return installed


def packaging_tools(bench: Bench) -> Path:
    """Make the environment with galaxy-importer and ansible-builder, and return it."""
    venv = bench.workshop.build / "environments" / "packaging"
    environments.ensure(venv, bench.workshop.python, ["packaging"])
    return venv


def galaxy(bench: Bench) -> None:
    """What is uploaded passes Galaxy's checks, and works where nothing of the checkout is."""
    archive = build(bench)
    installed = install(bench, archive)
    check_import(bench, archive)
    run_demo(bench, installed)
    bench.details.append(archive.name)


def check_import(bench: Bench, archive: Path) -> None:
    """Run the checks of galaxy-importer, ansible-lint among them."""
    venv = packaging_tools(bench)
    folder = bench.scratch("importer")
    bench.run(
        *(venv / "bin" / "python", "-m", "galaxy_importer.main", archive),
        folder=folder,
        variables={
            "PATH": f"{venv / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "ANSIBLE_COLLECTIONS_PATH": str(folder),
        },
    )
    if IMPORTED not in bench.log.read_text(encoding="utf-8", errors="replace"):
        raise StageError("galaxy-importer refuses the collection")


def run_demo(bench: Bench, installed: Path) -> None:
    """Run the demo with the installed collection: of the checkout only farm and demo are there."""
    alone = bench.scratch("alone")
    for name in WITH_FARM:
        shutil.copytree(bench.workshop.collection / "tests" / name, alone / "tests" / name)
    # The farm answers a script only when it is one that is shipped: here that of the tarball.
    shutil.copytree(installed / COLLECTION / OPERATIONS, alone / OPERATIONS)
    bench.run(
        *(bench.workshop.python, alone / "tests" / "demo" / "run.py"),
        folder=alone,
        variables={
            "RDS_DEMO_COLLECTIONS": str(installed),
            "RDS_DEMO_OUTPUT": str(bench.scratch("demo")),
        },
    )


def ee_context(bench: Bench) -> None:
    """ansible-builder reads what the collection needs, and writes a build context from the example.

    No image is built: that needs a container engine.
    """
    venv = packaging_tools(bench)
    installed = install(bench, build(bench))
    check_introspection(bench, venv, installed)
    context = bench.scratch("context")
    example = bench.workshop.collection / "examples" / "execution-environment.yml"
    begin = bench.log.stat().st_size
    bench.run(
        *(venv / "bin" / "ansible-builder", "create", "--file", example, "--context", context),
        *("--output-filename", "Containerfile"),
    )
    said = bench.log.read_bytes()[begin:].decode("utf-8", "replace")
    for word in ("outdated", "deprecated", "WARNING"):
        if word in said:
            raise StageError(f"ansible-builder warns: {said.strip()}")
    check_context(context, yaml.safe_load(example.read_text(encoding="utf-8")))
    bench.details.append("no image is built here")


def check_introspection(bench: Bench, venv: Path, installed: Path) -> None:
    """What ansible-builder finds in the installed collection is what its files say."""
    pip, system = bench.scratch("found") / "pip.txt", bench.scratch("system") / "bindep.txt"
    bench.run(
        *(venv / "bin" / "ansible-builder", "introspect", installed),
        *("--write-pip", pip, "--write-bindep", system),
    )
    meta = installed / COLLECTION / "meta"
    compare(pip, meta / "ee-requirements.txt")
    compare(system, meta / "ee-bindep.txt")
    for line in lines_of(pip):
        try:
            Requirement(line)
        except InvalidRequirement as error:
            raise StageError(f"pip cannot read {line!r}: {error}") from error
    # bindep's own reader; it raises on what it cannot read.
    probe = "import sys; from bindep.depends import Depends; Depends(open(sys.argv[1]).read())"
    bench.run(venv / "bin" / "python", "-c", probe, system)


def lines_of(path: Path) -> list[str]:
    """The lines without comments, as ansible-builder writes and reads them."""
    text = path.read_text(encoding="utf-8")
    plain = (re.sub(r"(?:^|\s+)#.*$", "", line).strip() for line in text.splitlines())
    return [line for line in plain if line]


def compare(found: Path, wanted: Path) -> None:
    """Every requirement of a file was found."""
    missing = set(lines_of(wanted)) - set(lines_of(found))
    if missing:
        raise StageError(
            f"ansible-builder overlooks of {wanted.name}: {', '.join(sorted(missing))}"
        )


def check_context(context: Path, example: dict[str, Any]) -> None:
    """The build context says what the example says."""
    recipe = (context / "Containerfile").read_text(encoding="utf-8")
    wanted = example["dependencies"]
    said = [
        example["images"]["base_image"]["name"],
        wanted["ansible_core"]["package_pip"],
        wanted["ansible_runner"]["package_pip"],
        wanted["python_interpreter"]["python_path"],
    ]
    for each in said:
        if each not in recipe:
            raise StageError(f"the Containerfile does not say {each}")
    galaxy_file = context / "_build" / "requirements.yml"
    collections = yaml.safe_load(galaxy_file.read_text(encoding="utf-8"))["collections"]
    if "remote_desktop.licensing" not in [each["name"] for each in collections]:
        raise StageError("the build context does not install the collection")
