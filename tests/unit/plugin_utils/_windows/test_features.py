# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Features: the steps that install and remove them, and what is read of them by CIM."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    BadAnswer,
    NothingThere,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows import powershell
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.features import (
    FeatureChange,
    FeatureFailed,
    Features,
    InstallState,
    RestartNeeded,
    cached_state,
    read_product,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.powershell import (
    Operations,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.registry import (
    Registry,
)
from unit.plugin_utils.fake_registry import DWORD, SZ
from unit.plugin_utils.fake_role_server import CACHE, RoleServer
from unit.plugin_utils.scripted import scripted
from unit.plugin_utils.soap import Value, first_page, fragment

OPERATIONS = Path(powershell.__file__).with_name("operations")
STEPS = ["install_feature", "remove_feature"]
DONE = {
    "success": True,
    "restart_needed": "no",
    "exit_code": "Success",
    "changed": ["RDS-Licensing"],
}


class Host:
    """A connection plugin that runs a step by answering what the test says."""

    transport = "psrp"
    connected = True

    def __init__(self, answer: dict[str, Any]) -> None:
        self.answer = answer
        self.sent: list[tuple[str, Any]] = []

    def exec_command(self, dummy: str, in_data: bytes, **kwargs: bool) -> tuple[int, bytes, bytes]:
        assert kwargs == {"sudoable": False}
        script, given = (base64.b64decode(line).decode() for line in in_data.splitlines())
        self.sent.append((script, json.loads(given)))
        text = base64.b64encode(json.dumps(self.answer).encode()).decode()
        return 0, f"{powershell.BEGIN}\n{text}\n{powershell.END}\n".encode(), b""


def host(**output: Any) -> Host:
    return Host({"ok": True, "output": DONE | output})


@pytest.mark.parametrize("tools", [True, False])
def test_what_installing_sends(tools: bool) -> None:
    found = host()
    done = Features(Operations(found)).install("RDS-Licensing", management_tools=tools)
    assert done == FeatureChange(("RDS-Licensing",), RestartNeeded.NO)
    ((script, given),) = found.sent
    assert script == (OPERATIONS / "install_feature.ps1").read_text(encoding="utf-8")
    assert given == {"names": ["RDS-Licensing"], "management_tools": tools}


def test_what_removing_sends() -> None:
    found = host(restart_needed="yes", changed=["RDS-RD-Server"])
    done = Features(Operations(found)).remove("RDS-RD-Server")
    assert done == FeatureChange(("RDS-RD-Server",), RestartNeeded.YES)
    ((script, given),) = found.sent
    assert script == (OPERATIONS / "remove_feature.ps1").read_text(encoding="utf-8")
    assert given == {"names": ["RDS-RD-Server"]}


def test_nothing_to_do() -> None:
    found = host(changed=[], exit_code="NoChangeNeeded", restart_needed="maybe")
    assert Features(Operations(found)).remove("x") == FeatureChange((), RestartNeeded.MAYBE)


@pytest.mark.parametrize(
    ("exit_code", "advice"),
    [
        ("Failed", "CBS.log"),
        ("FailedRestartRequired", "reboot: true"),
        ("", "CBS.log"),
    ],
)
def test_a_cmdlet_that_says_it_failed(exit_code: str, advice: str) -> None:
    with pytest.raises(FeatureFailed, match=exit_code or "no exit code") as caught:
        Features(Operations(host(success=False, exit_code=exit_code))).install(
            "x", management_tools=True
        )
    assert caught.value.operation == "installing x"
    assert advice in (caught.value.advice or "")


@pytest.mark.parametrize("success", [None, "True", 1])
def test_only_success_is_success(success: object) -> None:
    with pytest.raises(FeatureFailed):
        Features(Operations(host(success=success))).remove("x")


@pytest.mark.parametrize("restart", [None, "Yes", "2", ""])
def test_a_need_for_a_restart_that_cannot_be_told(restart: object) -> None:
    with pytest.raises(BadAnswer, match="install_feature answered"):
        Features(Operations(host(restart_needed=restart))).install("x", management_tools=True)


@pytest.mark.parametrize(
    ("code", "advice"), [(-2146233087, "CBS.log"), (-2147024891, "Administrators")]
)
def test_a_cmdlet_that_throws(code: int, advice: str) -> None:
    answer = {"ok": False, "error": "The request to add features failed", "code": code}
    with pytest.raises(powershell.OperationFailed, match="add features failed") as caught:
        Features(Operations(Host(answer))).install("RDS-Licensing", management_tools=True)
    assert caught.value.operation == "installing RDS-Licensing"
    assert advice in (caught.value.advice or "")


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_one_cmdlet_that_never_restarts_and_never_asks(step: str) -> None:
    text = (OPERATIONS / f"{step}.ps1").read_text(encoding="utf-8")
    assert text.isascii()
    code = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    cmdlet = "Install" if step.startswith("install") else "Uninstall"
    assert re.findall(r"[A-Z][a-z]+-[A-Z]\w+", code) == [f"{cmdlet}-WindowsFeature"]
    assert "-Confirm:$false" in code
    assert not re.search(r"-Restart\b|\bif\b|\bswitch\b|Invoke-Expression", code)
    assert set(re.findall(r"^    (\w+) = ", code, re.MULTILINE)) == set(DONE)


# -- read by CIM ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("build", "kind", "client", "controller", "has_features"),
    [
        ("26100", 3, False, False, True),
        ("26100", 1, True, False, False),
        ("20348", 2, False, True, True),
        ("9200", 3, False, False, True),
        ("7601", 3, False, False, False),
    ],
)
def test_the_kind_of_windows(
    build: str, kind: int, client: bool, controller: bool, has_features: bool
) -> None:
    row: dict[str, Value] = {"BuildNumber": build, "ProductType": kind}
    session, carrier = scripted(first_page(fragment(row)))
    product = read_product(session)
    assert (product.build, product.client, product.domain_controller, product.has_features) == (
        int(build),
        client,
        controller,
        has_features,
    )
    query = "SELECT BuildNumber, ProductType FROM Win32_OperatingSystem"
    assert carrier.sent[0].header("Filter") == query


@pytest.mark.parametrize(
    "items", ["", fragment({"BuildNumber": None, "ProductType": None})], ids=["none", "empty"]
)
def test_windows_shows_nothing_of_itself(items: str) -> None:
    session, dummy = scripted(first_page(items))
    with pytest.raises(NothingThere):
        read_product(session)


@pytest.mark.parametrize(
    ("state", "wanted"),
    [(0, InstallState.AVAILABLE), (1, InstallState.INSTALLED), (3, InstallState.INSTALL_PENDING)],
)
def test_the_cache_of_server_manager(state: int, wanted: InstallState) -> None:
    server = RoleServer().cached("RDS-Licensing", state)
    assert cached_state(Registry(server.session()), "RDS-Licensing") is wanted


def test_a_cache_that_says_nothing_that_is_known() -> None:
    server = RoleServer()
    key = rf"{CACHE}\RDS-Licensing"

    def read() -> InstallState | None:
        return cached_state(Registry(server.session()), "RDS-Licensing")

    assert read() is None
    server.registry.create(key)
    assert read() is None
    server.registry.put(key, "InstallState", SZ, "1")
    assert read() is None
    server.registry.put(key, "InstallState", DWORD, 77)
    assert read() is None
    server.registry.denied.add(key)
    assert read() is None
