# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told about the controller's software."""

from __future__ import annotations

import importlib
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._debugging import controller
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._debugging.findings import (
    Status,
)

COLLECTION = Path(__file__).parents[4]
BY_NAME = {each.name: each for each in controller.LIBRARIES}


def test_the_minimum_is_that_of_the_collection() -> None:
    runtime = yaml.safe_load((COLLECTION / "meta" / "runtime.yml").read_text(encoding="utf-8"))
    assert runtime["requires_ansible"] == ">=" + ".".join(map(str, controller.MINIMUM_CORE))


@pytest.mark.parametrize(
    ("version", "good"),
    [
        ("2.17.14", False),
        ("2.9.27", False),
        ("2.18.0", True),
        ("2.18.0rc1", True),
        ("2.21.5", True),
        ("3.0.0", True),
    ],
)
def test_ansible_core(version: str, good: bool) -> None:
    found = controller.look_at_core(version)
    assert (found.status is Status.OK) is good
    assert version in found.says
    assert "2.18.0" in found.says
    assert good or "execution environment" in str(found.advice)


@pytest.mark.parametrize(
    ("version", "good"), [("3.10.12", False), ("3.11.0", True), ("3.9", False)]
)
def test_python(version: str, good: bool) -> None:
    assert (controller.look_at_python(version).status is Status.OK) is good


@pytest.mark.parametrize(
    ("plugin", "methods", "needed"),
    [
        ("winrm", ("ntlm",), {"pywinrm", "xmltodict", "requests", "requests_ntlm"}),
        ("winrm", ("kerberos",), {"pywinrm", "xmltodict", "requests", "pykerberos"}),
        ("winrm", ("credssp",), {"pywinrm", "xmltodict", "requests", "requests-credssp"}),
        ("psrp", ("negotiate",), {"pypsrp", "pyspnego", "requests"}),
        ("psrp", ("kerberos",), {"pypsrp", "pyspnego", "requests", "gssapi", "krb5"}),
        ("ssh", (), set()),
    ],
)
def test_what_a_connection_needs(plugin: str, methods: tuple[str, ...], needed: set[str]) -> None:
    found = {each.name for each in controller.LIBRARIES if each.needed(plugin, methods)}
    assert found == needed


def test_a_missing_library_is_named_with_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "kerberos", None)
    monkeypatch.setattr(controller, "installed", lambda dummy: None)
    found = controller.look_at_library(BY_NAME["pykerberos"])
    assert found.status is Status.FAILED
    assert found.says == "pykerberos, which ansible_connection winrm needs for kerberos, is missing"
    assert 'pip install "pywinrm[kerberos]"' in str(found.advice)
    assert "execution environment" in str(found.advice)


def test_a_library_that_cannot_be_loaded_is_not_called_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def load(name: str) -> ModuleType:
        raise OSError(f"{name}: libkrb5.so.3: no such file")

    monkeypatch.setattr(importlib, "import_module", load)
    monkeypatch.setattr(controller, "installed", lambda dummy: "1.9.1")
    found = controller.look_at_library(BY_NAME["gssapi"])
    assert found.status is Status.FAILED
    assert "is there (1.9.1) and cannot be loaded: gssapi: libkrb5.so.3" in found.says


def test_a_library_that_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(controller, "installed", lambda dummy: "0.4.3")
    found = controller.look_at_library(BY_NAME["pywinrm"])
    assert (found.status, found.says) == (Status.FAILED, "pywinrm 0.4.3 is older than 0.5.0")
    assert 'pip install "pywinrm>=0.5.0"' in str(found.advice)


def test_a_library_that_is_there() -> None:
    found = controller.look_at_library(BY_NAME["pywinrm"])
    assert (found.status, found.says) == (Status.OK, f"pywinrm {controller.installed('pywinrm')}")
    assert controller.versions()["pywinrm"] is not None
    assert controller.installed("no-such-distribution") is None


@pytest.mark.parametrize(("there", "status"), [(None, Status.WARNING), ("kinit", Status.OK)])
def test_kinit(there: str | None, status: Status, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda dummy: there)
    assert controller.look_at_kinit().status is status


def test_kinit_is_looked_for_with_kerberos_over_winrm_only() -> None:
    def checks(plugin: str, method: str) -> set[str]:
        return {each.check for each in controller.look_at_software(plugin, (method,))}

    assert "kinit" in checks("winrm", "kerberos")
    assert "kinit" not in checks("winrm", "ntlm") | checks("psrp", "kerberos")
    assert checks("ssh", "x") == {"ansible-core", "python"}
