# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The class definitions, and that the providers keep to them."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from farm import Farm
from farm.cim.errors import CimError
from farm.cim.instance import Embedded, Value
from farm.cim.providers import PROVIDERS
from farm.cim.repository import Repository
from farm.cim.schema import DEFINITIONS, INTEGERS, CimType, ClassDef, Parameter, load_definitions
from farm.model.accounts import Identity, Rights

from .conftest import FarmOf

GPO = {
    "name": "g",
    "guid": "{3F2504E0-4F89-41D3-9A0C-0305E82C3301}",
    "values": {"LicensingMode": 2, "LicenseServers": "x"},
}
METHODS_ONLY = ("StdRegProv", "MSFT_ServerManagerTasks")
ADMIN = Identity("administrator", Rights.ADMINISTRATOR)


@pytest.fixture(params=["2008r2", "2012r2", "2016", "2019", "2025", "win11-24h2"])
def full(request: pytest.FixtureRequest, farm_of: FarmOf) -> Farm:
    """A host that has instances of everything."""
    return farm_of(
        sh1={
            "release": request.param,
            "roles": [] if request.param == "win11-24h2" else ["session_host", "licensing"],
            "gpo": GPO,
            "deployment": {"central": True, "mode": 4, "servers": ["a", "b"]},
            "issued_licenses": 2,
            "shadow_copies": {"existing": [{}]},
        }
    )


def _fits(value: Value, kind: CimType) -> bool:
    if value is None:
        return True
    if kind.array:
        element = CimType(kind.name, False)
        return isinstance(value, list) and bool(value) and all(_fits(v, element) for v in value)
    if kind.name in INTEGERS:
        low, high = INTEGERS[kind.name]
        return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    if isinstance(value, Embedded):
        return kind.name == value.cls
    expected = {"string": str, "boolean": bool, "datetime": datetime}[kind.name]
    return isinstance(value, expected)


def test_providers_give_defined_properties_of_the_right_type(full: Farm) -> None:
    host = full.hosts["sh1"]
    repository = Repository(host, ADMIN)
    seen = set()
    for definition in load_definitions().values():
        if definition.name not in PROVIDERS or definition.name in METHODS_ONLY:
            continue
        if definition.since > host.release.build:
            continue
        if definition.role is not None and not host.licensing_role:
            continue
        for instance in repository.instances(definition):
            own = load_definitions()[instance.cls.lower()]
            seen.add(own.name)
            assert set(instance.properties) <= set(own.properties), own.name
            for name, value in instance.properties.items():
                assert _fits(value, own.properties[name]), (own.name, name, value)
            assert all(instance.properties.get(key) is not None for key in own.keys), own.name
    expected = {"2008r2": 17, "win11-24h2": 13}.get(host.release.name, 18)
    assert len(seen) == expected


def test_every_provider_has_a_definition() -> None:
    assert set(PROVIDERS) <= {definition.name for definition in load_definitions().values()}


def test_definitions_name_their_source_and_known_types() -> None:
    embedded = {definition.name for definition in load_definitions().values()}
    intrinsic = set(INTEGERS) | {"string", "boolean", "datetime"}
    for path in DEFINITIONS.glob("*.json"):
        assert path.with_name(path.name + ".license").exists()
        for raw in json.loads(path.read_text(encoding="utf-8"))["classes"]:
            assert raw["source"], raw["name"]
    for definition in load_definitions().values():
        for kind in _types(definition):
            assert kind.name in intrinsic | embedded, (definition.name, kind)


def _types(definition: ClassDef) -> list[CimType]:
    found = list(definition.properties.values())
    for method in definition.methods.values():
        found += [p.type for p in (*method.inputs, *method.outputs)]
    return found


def _signature(cls: str, method: str) -> tuple[bool, list[str], list[str]]:
    found = load_definitions()[cls.lower()].methods[method]

    def shown(parameters: tuple[Parameter, ...]) -> list[str]:
        return [f"{p.name}:{p.type.name}{'[]' * p.type.array}" for p in parameters]

    return found.static, shown(found.inputs), shown(found.outputs)


@pytest.mark.parametrize(
    ("cls", "method", "signature"),
    [
        (
            "Win32_TerminalServiceSetting",
            "FindLicenseServers",
            (False, [], ["LicenseServersList:Win32_TSDiscoveredLicenseServer[]", "Count:uint32"]),
        ),
        (
            "Win32_TerminalServiceSetting",
            "SetAllowTSConnections",
            (False, ["AllowTSConnections:uint32", "ModifyFirewallException:uint32"], []),
        ),
        (
            "StdRegProv",
            "EnumValues",
            (
                True,
                ["hDefKey:uint32", "sSubKeyName:string"],
                ["sNames:string[]", "Types:sint32[]"],
            ),
        ),
        (
            "Win32_TSLicenseKeyPack",
            "UninstallLicenseKeyPack",
            (True, ["ProductVersion:uint32", "ProductType:uint32", "LicenseCount:uint32"], []),
        ),
        (
            "Win32_TSLicenseReport",
            "FetchReportEntries",
            (
                False,
                ["StartIndex:uint32", "Count:uint32"],
                ["Count:uint32", "ReportEntries:Win32_TSLicenseReportEntry[]"],
            ),
        ),
        (
            "Win32_TSIssuedLicense",
            "Revoke",
            (False, [], ["RevokableCals:uint32", "NextRevokeAllowedOn:datetime"]),
        ),
    ],
)
def test_signatures(cls: str, method: str, signature: tuple[bool, list[str], list[str]]) -> None:
    assert _signature(cls, method) == signature


def test_names_that_do_not_exist() -> None:
    setting = load_definitions()["win32_terminalservicesetting"]
    assert "SetLicensingType" not in setting.methods
    assert setting.property_named("SpecifiedLicenseServers") is None
    assert setting.property_named("licensingTYPE") == "LicensingType"


def test_what_reads_and_what_writes() -> None:
    definitions = load_definitions()
    registry = definitions["stdregprov"].methods
    reads = {name for name, method in registry.items() if not method.writes}
    assert reads == {
        "CheckAccess",
        "EnumKey",
        "EnumValues",
        "GetBinaryValue",
        "GetDWORDValue",
        "GetExpandedStringValue",
        "GetMultiStringValue",
        "GetQWORDValue",
        "GetStringValue",
    }
    setting = definitions["win32_terminalservicesetting"].methods
    assert all(m.writes for n, m in setting.items() if n.startswith(("Set", "Change", "Empty")))
    assert not any(m.writes for n, m in setting.items() if n.startswith("Get"))


def test_classes_that_are_not_simulated_are_not_there(full: Farm) -> None:
    repository = Repository(full.hosts["sh1"], ADMIN)
    for definition in load_definitions().values():
        if not definition.simulated:
            with pytest.raises(CimError, match="INVALID_CLASS"):
                repository.find_class(definition.namespaces[0], definition.name)
