# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user sees who runs debug_connection first: one host per trouble."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .runner import Controller, Json, Run
from .stories import LABS

MODULE = "remote_desktop.licensing.debug_connection"
PLAYBOOK = "remote_desktop.licensing.debug_connection"
USER = "administrator"
HOSTS: dict[str, Any] = {
    "good": {},
    "reader": {"rights": {USER: "remote_management_user"}},
    "closed": {"rights": {USER: "no_remote_enable"}},
    "half": {"denied": ["root/cimv2/terminalservices"], "rsop": "denied"},
    "late": {"clock": "2026-01-01T00:00:00Z"},
    "dead": {"faults": [{"kind": "drop"}]},
    "locked": {},
    "web": {"faults": [{"kind": "html_200"}]},
    "ls": {"roles": ["licensing"]},
    "ls_reader": {"roles": ["licensing"], "rights": {USER: "remote_management_user"}},
    "raised": {},
    "over_ssh": {},
}
EXTRA: dict[str, Json] = {
    "locked": {"ansible_password": "not-it"},
    "raised": {"ansible_become": True},
    "over_ssh": {"ansible_connection": "ssh"},
}
NOTHING = {"closed", "dead", "locked", "web", "over_ssh"}


@pytest.fixture(scope="module")
def controller(lab: LABS) -> Controller:
    controller = lab({"hosts": HOSTS})
    controller.host_variables = EXTRA
    return controller


@pytest.fixture(scope="module")
def run(controller: Controller) -> Run:
    return controller.run(PLAYBOOK)


def found(run: Run, host: str) -> Json:
    return run.one("Look at the connection", host)


def checks(run: Run, host: str) -> dict[str, Json]:
    return {each["check"]: each for each in found(run, host)["checks"]}


def wrong(run: Run, host: str) -> dict[str, str]:
    """What is neither well nor only worth knowing, nor left out for something else."""
    return {
        name: each["status"]
        for name, each in checks(run, host).items()
        if each["status"] in ("failed", "warning")
    }


def test_every_host_is_told_about_and_those_without_anything_fail(run: Run) -> None:
    for host in HOSTS:
        result = found(run, host)
        assert result["works"] is (host not in NOTHING), result["msg"]
        assert run.recap[host]["failed"] == (1 if host in NOTHING else 0)
        assert run.recap[host]["unreachable"] == 0
        shown = run.one("Show what was found", host)["msg"]
        assert shown[0].startswith(f"{host} (127.")
        assert max(map(len, shown)) <= 80
    assert "Passw0rd" not in run.output


def test_a_good_host(run: Run) -> None:
    result = found(run, "good")
    assert result["verdict"] == "everything that was looked at works"
    assert result["host"]["os_build"] == 20348
    assert result["connection"]["sealed"] is True
    assert result["connection"]["authentication"] == ["ntlm"]
    assert abs(result["host"]["clock_difference"]) < 10
    assert result["host"]["powershell"] is None
    assert len(run.soap("good")) == 7, "one request for each question"


def test_nothing_is_changed(run: Run) -> None:
    assert {name: run.writes(name) for name in HOSTS} == {name: [] for name in HOSTS}


@pytest.mark.parametrize(
    ("host", "troubles", "advice"),
    [
        ("reader", {"registry write": "warning"}, "Administrators"),
        (
            "half",
            {"root/cimv2/TerminalServices": "failed", "root/RSOP/Computer": "warning"},
            r"root\cimv2\TerminalServices",
        ),
        ("late", {"clock": "warning"}, "w32tm"),
        ("dead", {"identify": "failed"}, "firewall"),
        ("locked", {"identify": "failed"}, "ansible_password"),
        ("ls", {}, None),
        ("ls_reader", {"license server": "failed", "registry write": "warning"}, "Administrators"),
        ("raised", {"become": "failed"}, "ansible_become: false"),
        ("over_ssh", {"plugin": "failed"}, "winrm or psrp"),
    ],
)
def test_each_trouble_is_named_with_its_remedy(
    run: Run, host: str, troubles: dict[str, str], advice: str | None
) -> None:
    assert wrong(run, host) == troubles, found(run, host)["msg"]
    for name in troubles:
        assert checks(run, host)[name]["advice"]
    assert advice is None or advice in str(checks(run, host)[next(iter(troubles))]["advice"])


def test_an_account_that_wmi_does_not_let_in(run: Run) -> None:
    told = checks(run, "closed")
    assert told["identify"]["status"] == "ok", "it may log on"
    assert told["root/cimv2"]["code_name"] == "WBEM_E_ACCESS_DENIED"
    assert "Remote Enable" in told["root/cimv2"]["advice"]
    assert told["registry"]["advice"] == r"the same as for root\cimv2"


def test_a_web_server_in_its_place(run: Run) -> None:
    assert checks(run, "web")["identify"]["status"] == "failed"


def test_a_powershell_step_when_asked_for(controller: Controller) -> None:
    run = controller.run(PLAYBOOK, "--limit", "good", debug_connection_shell="true")
    assert found(run, "good")["host"]["powershell"] == "5.1.20348.1"
    assert "ShellDelete" in {each.operation for each in run.soap("good")}


def test_over_psrp(lab: LABS) -> None:
    controller = lab({"hosts": {"good": {}}}, connection="psrp", scheme="https", auth="basic")
    run = controller.run(PLAYBOOK, debug_connection_shell="true")
    result = found(run, "good")
    assert result["host"]["powershell"] == "5.1.20348.1"
    assert "ShellDelete" in {each.operation for each in run.soap("good")}
    assert result["verdict"] == "everything that was looked at works"
    assert result["connection"]["library"] == "pypsrp"
    assert {each["check"] for each in result["checks"] if each["status"] == "note"} == {
        "certificate",
        "license server",
    }


@pytest.mark.parametrize(
    ("connection", "hidden", "cure"),
    [("winrm", "winrm", "pywinrm"), ("psrp", "pypsrp", "pypsrp")],
)
def test_without_the_library(
    lab: LABS, tmp_path: Path, connection: str, hidden: str, cure: str
) -> None:
    # A package of that name that cannot be imported stands before the real one.
    (tmp_path / hidden).mkdir()
    (tmp_path / hidden / "__init__.py").write_text(f"raise ImportError('no {hidden}')\n")
    controller = lab({"hosts": {"good": {}}}, connection=connection)
    controller.environment["PYTHONPATH"] = str(tmp_path)
    run = controller.run(PLAYBOOK)
    told = checks(run, "good")
    assert told[cure]["status"] == "failed"
    assert f'python -m pip install "{cure}>=' in told[cure]["advice"]
    assert told["carrier"]["status"] == "failed"
    assert f"needs {cure} on the controller" in told["carrier"]["says"]
    assert found(run, "good")["works"] is False
    assert run.requests["good"] == []


def test_a_task_without_the_playbook(controller: Controller) -> None:
    run = controller.play(
        {"name": "seen", MODULE: {}},
        {"name": "local", MODULE: {}, "delegate_to": "localhost", "ignore_errors": True},
        {"name": "awaited", MODULE: {}, "async": 5, "ignore_errors": True},
        hosts="good",
    )
    assert run.statuses("seen") == {"good": "ok"}
    assert "set ansible_connection to winrm or psrp" in " ".join(run.one("local")["msg"].split())
    assert "async does not apply" in run.one("awaited")["msg"]
