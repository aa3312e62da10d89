# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The test run tells the truth: faults, gaps, skipped tests, and what it leaves behind."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import ansible_test_requirements
import get_pip_stand_in
import pytest
import run_tests
import stages
import workshop
from run_tests import Result
from stages import Stage
from workshop import Bench, StageError, Workshop


def workshop_in(folder: Path, *, complete: bool = False) -> Workshop:
    collection = folder / "build" / "tree" / "collection"
    collection.mkdir(parents=True, exist_ok=True)
    return Workshop(
        build=folder / "build",
        tree=folder / "build" / "tree",
        collection=collection,
        venv=folder / "venv",
        complete=complete,
    )


def result_of(work: Callable[[Bench], None], shop: Workshop) -> Result:
    return run_tests.run(Stage("probe", "a stage of a test", 1, work), shop)


def with_gap(bench: Bench) -> None:
    bench.gap("a client: apt-get install client")


def with_incurable_gap(bench: Bench) -> None:
    bench.gap("what needs pwsh", curable=False)


def test_a_command_that_fails_fails_its_stage_and_shows_its_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = result_of(
        lambda bench: bench.run("sh", "-c", "echo the reason; exit 3"), workshop_in(tmp_path)
    )
    assert run_tests.summarize([result], 1.0) == 1
    run_tests.show(result)
    shown = capsys.readouterr().out
    assert "stages: 0 passed, 1 failed" in shown
    assert "FAILED  probe" in shown
    assert "    the reason" in shown
    assert "sh ended with exit code 3" in shown


def test_a_stage_that_passes_shows_no_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = result_of(lambda bench: bench.run("echo", "chatter"), workshop_in(tmp_path))
    run_tests.show(result)
    assert run_tests.summarize([result], 1.0) == 0
    shown = capsys.readouterr().out
    assert "ok      probe" in shown
    assert "chatter" not in shown
    assert shown.endswith("stages: 1 passed, 0 failed\n")


def test_a_missing_program_fails_its_stage(tmp_path: Path) -> None:
    result = result_of(lambda bench: bench.run("/nonexistent/tool"), workshop_in(tmp_path))
    assert result.fault is not None
    assert "/nonexistent/tool" in result.fault


def test_a_gap_is_named_at_the_end_with_its_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = result_of(with_gap, workshop_in(tmp_path))
    assert run_tests.summarize([result], 1.0) == 0
    assert "probe: a client: apt-get install client" in capsys.readouterr().out


def test_a_gap_is_a_failure_where_the_run_must_be_complete(tmp_path: Path) -> None:
    fault = result_of(with_gap, workshop_in(tmp_path, complete=True)).fault
    assert fault is not None
    assert "apt-get install client" in fault


def test_a_gap_that_nothing_cures_is_named_and_never_a_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = result_of(with_incurable_gap, workshop_in(tmp_path, complete=True))
    assert run_tests.summarize([result], 1.0) == 0
    assert "what needs pwsh" in capsys.readouterr().out


def test_a_skipped_test_is_a_gap_with_its_reason(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite><testcase name="a"/>'
        '<testcase name="b"><skipped message="needs wsl: apt-get install wsl"/></testcase>'
        '<testcase name="c"><skipped message="needs wsl: apt-get install wsl"/></testcase>'
        "</testsuite></testsuites>"
    )
    bench = Bench(workshop_in(tmp_path), "probe")
    stages.read_report(bench, report)
    assert bench.details == ["3 tests"]
    assert bench.gaps == ["2 of 3 tests: needs wsl: apt-get install wsl"]


def test_a_script_that_no_powershell_ran_is_told_and_is_no_failure(tmp_path: Path) -> None:
    report = tmp_path / "unit.xml"
    report.write_text(
        '<testsuites><testsuite><testcase name="a"><skipped message="pwsh is not on this machine"/>'
        "</testcase></testsuite></testsuites>",
        encoding="utf-8",
    )
    bench = Bench(workshop_in(tmp_path), "probe")
    stages.read_report(bench, report)
    assert bench.gaps == []
    assert bench.unavoidable == ["1 of 1 tests: pwsh is not on this machine"]


def test_a_stage_that_takes_too_long_is_stopped_with_what_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workshop, "STAGE_LIMIT_SECONDS", 0.3)
    late = tmp_path / "late"
    result = result_of(
        lambda bench: bench.run("sh", "-c", '(sleep 1; touch "$1") & wait', "sh", late),
        workshop_in(tmp_path),
    )
    assert result.fault == "sh took more than 0.3 s"
    time.sleep(1.2)
    assert not late.exists()


def test_an_interrupted_run_starts_nothing_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    processes = workshop.Processes()
    monkeypatch.setattr(workshop, "PROCESSES", processes)
    processes.stop()
    with pytest.raises(StageError, match="interrupted"):
        Bench(workshop_in(tmp_path), "probe").run("true")


def test_the_users_own_set_up_stays_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANSIBLE_STDOUT_CALLBACK", "json")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    shop = workshop_in(tmp_path, complete=True)
    bench = Bench(shop, "probe")
    seen = shop.environment(bench.home)
    assert "ANSIBLE_STDOUT_CALLBACK" not in seen
    assert "PYTHONPATH" not in seen
    assert seen["HOME"] == str(bench.home)
    assert Path(seen["ANSIBLE_CONFIG"]).read_text() == ""
    assert seen["RDS_REQUIRE_FOREIGN"] == "1"
    assert seen["PATH"].startswith(f"{shop.venv}/bin:")


def test_the_pip_configuration_of_the_user_is_found_in_the_home_of_a_stage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = tmp_path / "real" / ".config" / "pip"
    real.mkdir(parents=True)
    (real / "pip.conf").write_text("[global]\n")
    monkeypatch.setenv("HOME", str(tmp_path / "real"))
    workshop.furnish(tmp_path / "home")
    workshop.furnish(tmp_path / "home")
    assert (tmp_path / "home" / ".config" / "pip" / "pip.conf").read_text() == "[global]\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1", True), ("true", True), ("0", False), ("false", False), ("", False)],
)
def test_ci_says_yes_or_no(monkeypatch: pytest.MonkeyPatch, text: str, *, expected: bool) -> None:
    monkeypatch.setenv("CI", text)
    assert run_tests.is_set("CI") is expected


def test_long_stages_start_first_and_a_wrong_name_is_refused() -> None:
    weights = [stage.weight for stage in run_tests.chosen([])]
    assert weights == sorted(weights, reverse=True)
    assert [stage.name for stage in run_tests.chosen(["ruff"])] == ["ruff"]
    with pytest.raises(SystemExit, match="There is no stage rust"):
        run_tests.chosen(["rust"])


def test_the_stand_in_lies_where_ansible_test_looks_for_its_pip(tmp_path: Path) -> None:
    source = tmp_path / "venv/lib/python3.11/site-packages/ansible_test/_internal"
    source.mkdir(parents=True)
    (source / "python_requirements.py").write_text("    versions = dict(\n        pip='24.2',\n")
    ansible_test_requirements.prepare(tmp_path / "home", tmp_path / "venv")
    cached = tmp_path / "home/.ansible/test/cache/get_pip_24_2.py"
    assert "ensurepip" in cached.read_text(encoding="utf-8")


def test_an_ansible_test_that_names_no_pip_is_told(tmp_path: Path) -> None:
    source = tmp_path / "venv/lib/python3.11/site-packages/ansible_test/_internal"
    source.mkdir(parents=True)
    (source / "python_requirements.py").write_text("elsewhere now\n")
    with pytest.raises(ValueError, match="names no version of pip"):
        ansible_test_requirements.prepare(tmp_path / "home", tmp_path / "venv")


def test_the_stand_in_installs_the_pip_that_its_own_name_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GET_PIP", "get_pip_25_2.py")
    monkeypatch.setattr(get_pip_stand_in, "__file__", str(tmp_path / "get_pip_25_2.py"))
    monkeypatch.setattr("sys.argv", ["pip", "--disable-pip-version-check", "--no-setuptools"])
    commands = []

    def note(command: list[str], *, check: bool, env: dict[str, str]) -> None:
        assert check
        assert "GET_PIP" not in env
        commands.append(command[2:])

    monkeypatch.setattr("subprocess.run", note)
    get_pip_stand_in.main()
    assert commands == [
        ["ensurepip", "--default-pip"],
        ["pip", "install", "--disable-pip-version-check", "pip==25.2"],
    ]
