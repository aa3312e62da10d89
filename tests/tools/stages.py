# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stages of ``make test``: what each one checks and the commands that it runs."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import ansible_test_requirements
import environments
import interpreters
import packing
from workshop import Bench, StageError

OWN_CODE = ("plugins", "tests")


@dataclass(frozen=True, slots=True)
class Stage:
    """One line of the test run.

    ``weight``: about how many seconds; the long ones start first. A stage that is ``asked`` for
    runs only when it is named.
    """

    name: str
    purpose: str
    weight: int
    run: Callable[[Bench], None]
    asked: bool = False


def existing(bench: Bench, names: tuple[str, ...]) -> list[str]:
    """Return the collection's folders of those names; one that is missing fails the stage."""
    for name in names:
        if not (bench.workshop.collection / name).is_dir():
            raise StageError(f"there is no {name}")
    return list(names)


def ruff(bench: Bench) -> None:
    """Style and the usual mistakes."""
    names = existing(bench, OWN_CODE)
    bench.run(bench.workshop.tool("ruff"), "check", *names)
    bench.run(bench.workshop.tool("ruff"), "format", "--check", *names)


def mypy(bench: Bench) -> None:
    """Types, strictly. Run from above: a module must have one name only."""
    collection = bench.workshop.collection
    names = [collection / name for name in existing(bench, OWN_CODE)]
    bench.run(
        bench.workshop.tool("mypy"),
        "--config-file",
        collection / "pyproject.toml",
        *(name.relative_to(bench.workshop.tree) for name in names),
        folder=bench.workshop.tree,
        variables={"MYPYPATH": f"{collection / 'tests'}:{collection / 'tests' / 'tools'}"},
    )


def pytest(
    bench: Bench,
    *folders: str,
    variables: dict[str, str] | None = None,
    options: tuple[str, ...] = (),
) -> None:
    """Run the tests of some folders, and note each skipped one with its reason."""
    names = existing(bench, folders)
    if not names:
        return
    report = bench.workshop.build / "reports" / f"{bench.name}.xml"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    try:
        bench.run(
            bench.workshop.python,
            *("-m", "pytest", "-q", f"--junit-xml={report}", "-p", "no:cacheprovider"),
            *(*options, *names),
            variables=variables,
        )
    finally:
        if report.is_file():
            read_report(bench, report)


def read_report(bench: Bench, report: Path) -> None:
    """Take the number of tests and the reasons of the skipped ones from pytest's report."""
    reasons: dict[str, int] = {}
    tests = 0
    # The file was written by the pytest that this stage has just run.
    for case in ElementTree.parse(report).iter("testcase"):
        tests += 1
        # What a test has counted: record_property("counted", ...).
        bench.details += [
            each.get("value", "") for each in case.iter("property") if each.get("name") == "counted"
        ]
        for skipped in case.iter("skipped"):
            reason = skipped.get("message") or "skipped without a reason"
            reasons[reason] = reasons.get(reason, 0) + 1
    bench.details.append(f"{tests} tests")
    for reason, number in reasons.items():
        # PowerShell is in none of the registries that packages come from.
        curable = not reason.startswith("pwsh ")
        bench.gap(f"{number} of {tests} tests: {reason}", curable=curable)


def unit(bench: Bench) -> None:
    """Tests of single rooms, of the wire, and of these tools."""
    pytest(bench, "tests/unit", "tests/wire", "tests/tools")


def faults(bench: Bench) -> None:
    """Something goes wrong at every single place of a backup and a restore."""
    pytest(bench, "tests/faults")


def e2e_here(bench: Bench) -> None:
    """End to end with the ansible-core of the tools' own environment."""
    end_to_end(bench, bench.workshop.venv)


def end_to_end(bench: Bench, venv: Path, *options: str) -> None:
    """Run the end-to-end tests with the ansible-playbook of an environment.

    :param options: of pytest.
    """
    bench.details.append(core_version(venv))
    pytest(
        bench,
        "tests/e2e",
        variables={
            "RDS_ANSIBLE_BIN": str(venv / "bin"),
            "ANSIBLE_PYTHON_INTERPRETER": str(venv / "bin" / "python"),
        },
        options=options,
    )


def end_to_end_again(bench: Bench, venv: Path) -> None:
    """The same with another ansible-core: what depends on it.

    Reports, rules, plans and the jobs of AWX are the same with each; they are tried with that of
    the tools' own environment.
    """
    bench.details.append("what depends on ansible-core")
    end_to_end(bench, venv, "-m", "not one_core")


def core_version(venv: Path) -> str:
    """Return which ansible-core on which Python an environment holds, for people."""
    probe = (
        "import sys; from importlib.metadata import version; v = sys.version_info;"
        " print(f'ansible-core {version(\"ansible-core\")} on Python {v[0]}.{v[1]}')"
    )
    return environments.run(
        [venv / "bin" / "python", "-c", probe], "Asking for the version"
    ).strip()


def e2e_oldest(bench: Bench) -> None:
    """End to end with the oldest supported ansible-core."""
    python = interpreters.find(interpreters.OLDEST_CORE_PYTHONS)
    if python is None:
        bench.gap("the oldest ansible-core: install Python 3.11, 3.12 or 3.13")
        return
    venv = bench.workshop.build / "environments" / "oldest"
    environments.ensure(venv, python, ["oldest"])
    end_to_end_again(bench, venv)


def e2e_newest(bench: Bench) -> None:
    """End to end with the newest ansible-core that the Pythons at hand take."""
    venv = newest(bench)
    if venv is not None:
        end_to_end_again(bench, venv)


def newest(bench: Bench) -> Path | None:
    """Return an environment with the newest ansible-core, or None where the tools' own has it."""
    python = interpreters.find(interpreters.NEWEST_CORE_PYTHONS)
    if python is None:
        here = core_version(bench.workshop.venv)
        bench.details.append(f"no Python 3.12 or newer here: {here} is the newest")
        return None
    venv = bench.workshop.build / "environments" / "newest"
    environments.ensure(venv, python, ["newest"])
    if core_version(venv) == core_version(bench.workshop.venv):
        bench.details.append(f"{core_version(venv)} is what the other stages use")
        return None
    return venv


def ansible_lint(bench: Bench) -> None:
    """Roles, playbooks and metadata at the production profile."""
    bench.run(bench.workshop.tool("ansible-lint"), "--offline", "--profile", "production", ".")


def sanity_here(bench: Bench) -> None:
    """ansible-test's sanity tests with the ansible-core of the tools' own environment."""
    sanity(bench, bench.workshop.venv)


def sanity_newest(bench: Bench) -> None:
    """The same with the newest ansible-core, whose rules are the strictest."""
    venv = newest(bench)
    if venv is not None:
        sanity(bench, venv)


def sanity(bench: Bench, venv: Path) -> None:
    """Run ansible-test's sanity tests. No ignore file, for there is none."""
    for ignored in bench.workshop.collection.glob("tests/sanity/ignore*.txt"):
        raise StageError(f"{ignored.name}: this collection has no ignore files")
    ansible_test_requirements.prepare(bench.home, venv)
    version = core_version(venv)
    bench.details.append(version)
    bench.run(
        *(venv / "bin" / "python", venv / "bin" / "ansible-test", "sanity", "--local"),
        *("--color", "no", "--python", version.rpartition(" ")[2]),
    )
    log = bench.log.read_text(encoding="utf-8", errors="replace")
    for program in sorted(set(re.findall(r'Required program "(.+?)" not found', log))):
        # PowerShell is in none of the registries that packages come from.
        bench.gap(f"what needs {program}: install it", curable=program != "pwsh")


def molecule(bench: Bench) -> None:
    """Every scenario: syntax, converge, idempotence, check mode, verify."""
    scenarios = sorted(
        (bench.workshop.collection / "extensions" / "molecule").glob("*/molecule.yml")
    )
    if not scenarios:
        raise StageError("there is no molecule scenario")
    bench.details.append(f"{len(scenarios)} scenarios")
    for scenario in scenarios:
        name = scenario.parent.name
        bench.run(
            *(bench.workshop.tool("molecule"), "test", "--scenario-name", name),
            folder=bench.workshop.collection / "extensions",
            variables={"MOLECULE_EPHEMERAL_DIRECTORY": str(bench.scratch(name))},
        )


def changelog(bench: Bench) -> None:
    """Fragments are well-formed, and CHANGELOG.md is what changelog.yaml says."""
    tool = bench.workshop.tool("antsibull-changelog")
    bench.run(tool, "lint")
    source = bench.workshop.collection
    copy = bench.scratch("tree") / "ansible_collections" / "remote_desktop" / "licensing"
    shutil.copytree(source / "changelogs", copy / "changelogs")
    shutil.copy(source / "galaxy.yml", copy)
    bench.run(tool, "generate", folder=copy)
    if (copy / "CHANGELOG.md").read_bytes() != (source / "CHANGELOG.md").read_bytes():
        raise StageError("CHANGELOG.md differs from changelogs/changelog.yaml: make changelog")


def reuse(bench: Bench) -> None:
    """A license header in every file."""
    bench.run(bench.workshop.tool("reuse"), "lint")


def docs(bench: Bench) -> None:
    """The documentation of modules and roles, and the site of all of it."""
    bench.run(
        *(bench.workshop.tool("antsibull-docs"), "lint-collection-docs", "--plugin-docs"),
        # References to ansible.builtin are looked up, those to other collections have no place.
        *("--validate-collection-refs=dependent", "--disallow-unknown-collection-refs", "."),
    )
    site = bench.workshop.build / "docs"
    bench.run(
        *(bench.workshop.python, "tests/tools/docs_site.py"),
        *("--work", bench.scratch("source"), "--to", site),
    )
    pages = len(list(site.rglob("*.html")))
    bench.details.append(f"{pages} pages, {site / 'index.html'}")


def package(bench: Bench) -> None:
    """The collection builds, installs offline, and is found where it was installed."""
    installed = packing.install(bench, packing.build(bench))
    for module in sorted((bench.workshop.collection / "plugins" / "modules").glob("*.py")):
        bench.run(
            bench.workshop.tool("ansible-doc"),
            *("--type", "module", f"remote_desktop.licensing.{module.stem}"),
            variables={"ANSIBLE_COLLECTIONS_PATH": str(installed)},
        )


STAGES = (
    Stage("faults", "a fault at every place of a backup and a restore", 240, faults),
    Stage("sanity", "ansible-test sanity", 200, sanity_here),
    Stage("sanity-newest", "the same with the newest ansible-core", 180, sanity_newest),
    Stage("e2e", "the farm, with the newest ansible-core for this Python", 290, e2e_here),
    Stage("e2e-oldest", "the farm, with the oldest supported ansible-core", 85, e2e_oldest),
    Stage(
        "e2e-newest", "the farm, with the newest ansible-core of all Pythons here", 84, e2e_newest
    ),
    Stage("molecule", "molecule scenarios against the farm", 40, molecule),
    Stage("unit", "unit and wire tests", 120, unit),
    Stage("ansible-lint", "ansible-lint, production profile", 15, ansible_lint),
    Stage("mypy", "mypy, strict", 15, mypy),
    Stage("docs", "antsibull-docs, and the site in build/docs", 35, docs),
    Stage("package", "build and install the collection", 10, package),
    Stage("ee-context", "what an execution environment needs", 15, packing.ee_context),
    Stage("galaxy", "galaxy-importer, and the demo as installed", 90, packing.galaxy, asked=True),
    Stage("ruff", "ruff check and format", 2, ruff),
    Stage("changelog", "antsibull-changelog lint", 2, changelog),
    Stage("reuse", "reuse lint", 2, reuse),
)
