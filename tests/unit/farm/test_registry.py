# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""StdRegProv: codes in ReturnValue, typed values, keys."""

from __future__ import annotations

import pytest
from farm import Farm, RegType, Rights
from farm.model.registry import Registry, RegistryError

from .conftest import FarmOf
from .soap_client import CIMV2, HKLM, REGISTRY, SoapClient

T = "SOFTWARE\\T"
FULL = "HKLM\\SOFTWARE\\T"


@pytest.fixture
def filled(farm: Farm) -> Registry:
    registry = farm.hosts["sh1"].registry
    registry.create_key(FULL)
    return registry


def _code(answer_value: str | None) -> int:
    return int(answer_value or "")


VALUES = [
    ("String", "SZ", "a b", [("sValue", "a b")]),
    ("ExpandedString", "EXPAND_SZ", "%x%", [("sValue", "%x%")]),
    ("MultiString", "MULTI_SZ", ["a", "b"], [("sValue", "a"), ("sValue", "b")]),
    ("DWORD", "DWORD", 4294967295, [("uValue", "4294967295")]),
    ("QWORD", "QWORD", 2**64 - 1, [("uValue", str(2**64 - 1))]),
    ("Binary", "BINARY", b"\x00\xff", [("uValue", "0"), ("uValue", "255")]),
]


@pytest.mark.parametrize(("word", "kind", "data", "params"), VALUES, ids=[v[0] for v in VALUES])
def test_values_round_trip(
    filled: Registry,
    client: SoapClient,
    word: str,
    kind: str,
    data: object,
    params: list[tuple[str, str]],
) -> None:
    answer = client.registry(f"Set{word}Value", T, ("sValueName", "v"), *params)
    assert answer.value("ReturnValue") == "0"
    assert filled.get(FULL, "V") == (RegType[kind], data)
    answer = client.registry(f"Get{word}Value", T, ("sValueName", "v"))
    assert answer.values[params[0][0]] == [text for dummy, text in params]
    assert answer.value("ReturnValue") == "0"


def test_the_default_value_has_an_empty_name(filled: Registry, client: SoapClient) -> None:
    client.registry("SetStringValue", T, ("sValueName", ""), ("sValue", "x"))
    assert filled.get(FULL, "") == (RegType.SZ, "x")
    assert client.registry("GetStringValue", T, ("sValueName", "")).value("sValue") == "x"


@pytest.mark.parametrize(
    "method",
    ["DeleteKey", "EnumKey", "EnumValues"],
)
def test_a_missing_key_is_2(client: SoapClient, method: str) -> None:
    assert client.registry(method, "SOFTWARE\\Gone").value("ReturnValue") == "2"


def test_a_missing_key_is_2_for_values_too(client: SoapClient) -> None:
    for method in ("GetDWORDValue", "DeleteValue"):
        answer = client.registry(method, "SOFTWARE\\Gone", ("sValueName", "v"))
        assert answer.values == {"ReturnValue": ["2"]}
    params = ("sValueName", "v"), ("uValue", "1")
    assert client.registry("SetDWORDValue", "SOFTWARE\\Gone", *params).value("ReturnValue") == "2"


@pytest.mark.parametrize("codes", [{}, {"missing_value": 2, "wrong_type": 1, "access_denied": 13}])
def test_the_doubtful_codes_are_the_scenario_s(farm_of: FarmOf, codes: dict[str, int]) -> None:
    usual = {"missing_value": 1, "wrong_type": 2147749893, "access_denied": 5} | codes
    denied = "HKLM\\SOFTWARE\\Secret"
    farm = farm_of(sh1={"registry_codes": codes, "registry_denied": [denied]})
    registry, client = farm.hosts["sh1"].registry, SoapClient(farm, "sh1")
    registry.set(FULL, "text", "SZ", "x")
    registry.create_key(denied + "\\Below")
    got = {
        "missing_value": client.registry("GetDWORDValue", T, ("sValueName", "none")),
        "wrong_type": client.registry("GetDWORDValue", T, ("sValueName", "text")),
        "access_denied": client.registry("EnumKey", "software\\secret\\below"),
    }
    assert {name: _code(answer.value("ReturnValue")) for name, answer in got.items()} == usual
    assert all("uValue" not in answer.values for answer in got.values())


def test_a_denied_key_does_not_hide_its_siblings(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={"registry_denied": ["HKLM\\SOFTWARE\\Sec"]})
    farm.hosts["sh1"].registry.create_key("HKLM\\SOFTWARE\\Secret")
    client = SoapClient(farm, "sh1")
    assert client.registry("EnumKey", "SOFTWARE\\Secret").value("ReturnValue") == "0"


def test_create_key_makes_all_levels_and_ignores_case(farm: Farm, client: SoapClient) -> None:
    assert client.registry("CreateKey", "SOFTWARE\\A\\B\\C").value("ReturnValue") == "0"
    assert client.registry("CreateKey", "software\\a\\b").value("ReturnValue") == "0"
    assert farm.hosts["sh1"].registry.subkeys("HKLM\\SOFTWARE\\a") == ["B"]
    assert client.registry("EnumKey", "SOFTWARE\\A").values["sNames"] == ["B"]


def test_delete_key_refuses_a_key_with_sub_keys(farm: Farm, client: SoapClient) -> None:
    registry = farm.hosts["sh1"].registry
    registry.create_key(FULL + "\\Sub")
    assert client.registry("DeleteKey", T).value("ReturnValue") == "5"
    assert registry.exists(FULL)
    for key in (T + "\\Sub", T):
        assert client.registry("DeleteKey", key).value("ReturnValue") == "0"
    assert not registry.exists(FULL)


def test_enum_values(filled: Registry, client: SoapClient) -> None:
    assert client.registry("EnumValues", T).values == {"ReturnValue": ["0"]}
    filled.set(FULL, "", "SZ", "only the default one")
    assert client.registry("EnumValues", T).values == {"ReturnValue": ["0"]}
    filled.set(FULL, "n", "DWORD", 1)
    filled.set(FULL, "m", "MULTI_SZ", ["x"])
    values = client.registry("EnumValues", T).values
    assert (values["sNames"], values["Types"]) == (["", "n", "m"], ["1", "4", "7"])


def test_delete_value(filled: Registry, client: SoapClient) -> None:
    filled.set(FULL, "Name", "DWORD", 1)
    assert client.registry("DeleteValue", T, ("sValueName", "NAME")).value("ReturnValue") == "0"
    assert filled.values(FULL) == []
    assert client.registry("DeleteValue", T, ("sValueName", "NAME")).value("ReturnValue") == "1"


@pytest.mark.parametrize(
    ("word", "name", "value"),
    [("DWORD", "uValue", "x"), ("DWORD", "uValue", "4294967296"), ("Binary", "uValue", "256")],
)
def test_values_that_do_not_fit_the_type(
    filled: Registry, client: SoapClient, word: str, name: str, value: str
) -> None:
    answer = client.registry(f"Set{word}Value", T, ("sValueName", "v"), (name, value))
    assert answer.wmi_code in (0x80041005, 0x8004102B)
    assert filled.values(FULL) == []


def test_wrong_parameter_names(client: SoapClient) -> None:
    for params in ([("svaluename", "v"), ("uValue", "1")], [("sValueName", "v"), ("sValue", "1")]):
        assert client.registry("SetDWORDValue", T, *params).wmi_code == 0x8004102F


def test_the_hive_is_a_number_and_hklm_by_default(farm: Farm, client: SoapClient) -> None:
    farm.hosts["sh1"].registry.create_key("HKU\\S-1-5-18")
    users = client.invoke(REGISTRY, "EnumKey", [("hDefKey", "2147483651"), ("sSubKeyName", "")])
    assert users.values["sNames"] == ["S-1-5-18"]
    default = client.invoke(REGISTRY, "EnumKey", [("sSubKeyName", "")])
    assert default.values["sNames"] == ["SOFTWARE", "SYSTEM"]
    wrong = client.invoke(REGISTRY, "EnumKey", [("hDefKey", "1"), ("sSubKeyName", "")])
    assert _code(wrong.value("ReturnValue")) == 0x80041008
    named = client.invoke(REGISTRY, "EnumKey", [("hDefKey", "HKLM"), ("sSubKeyName", "")])
    assert named.wmi_code == 0x80041005


def test_it_is_in_cimv2_as_well_and_nowhere_else(client: SoapClient) -> None:
    params = [("hDefKey", HKLM), ("sSubKeyName", "SOFTWARE")]
    assert client.invoke(CIMV2 + "StdRegProv", "EnumKey", params).value("ReturnValue") == "0"
    other = CIMV2 + "TerminalServices/StdRegProv"
    assert client.invoke(other, "EnumKey", params).wmi_code == 0x80041010


def test_check_access(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={"registry_denied": ["HKLM\\SOFTWARE\\Secret"]})
    farm.hosts["sh1"].registry.create_key("HKLM\\SOFTWARE\\Secret")
    admin = SoapClient(farm, "sh1")
    user = SoapClient(farm, "sh1", rights=Rights.REMOTE_MANAGEMENT_USER)

    def granted(client: SoapClient, key: str, *bits: str) -> str | None:
        params = [("uRequired", text) for text in bits]
        return client.registry("CheckAccess", key, *params).value("bGranted")

    assert granted(admin, "SOFTWARE") == "true"
    assert granted(admin, "SOFTWARE\\Gone") == "false"
    assert granted(admin, "SOFTWARE\\Secret") == "false"
    assert granted(user, "SOFTWARE") == "false"
    assert granted(user, "SOFTWARE", "1") == "true"


def test_users_read_and_administrators_write(farm: Farm) -> None:
    user = SoapClient(farm, "sh1", rights=Rights.REMOTE_MANAGEMENT_USER)
    assert user.registry("EnumKey", "SOFTWARE").value("ReturnValue") == "0"
    assert user.registry("CreateKey", "SOFTWARE\\New").value("ReturnValue") == "5"
    assert not farm.hosts["sh1"].registry.exists("HKLM\\SOFTWARE\\New")


def test_the_tree_itself() -> None:
    registry = Registry()
    registry.set("HKEY_LOCAL_MACHINE\\a\\B", "V", "dword", 1)
    registry.set("HKLM\\A\\b", "v", 4, 2)
    assert registry.values("hklm\\a\\b") == [("V", RegType.DWORD, 2)]
    assert list(registry.walk("HKLM")) == ["HKLM\\a", "HKLM\\a\\B"]
    assert registry.delete_value("HKLM\\a\\b", "other") is False
    for path, kind, data in (
        ("C:\\x", "SZ", "a"),
        ("HKLM\\x", "SZ", 1),
        ("HKLM\\x", "DWORD", True),
        ("HKLM\\x", "DWORD", -1),
        ("HKLM\\x", "MULTI_SZ", "a"),
        ("HKLM\\x", "REG_LINK", "a"),
    ):
        with pytest.raises(RegistryError):
            registry.set(path, "v", kind, data)
    with pytest.raises(KeyError):
        registry.delete_key("HKLM\\none")
