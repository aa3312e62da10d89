# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The registry, against return codes that no page documents."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    BadAnswer,
    MethodFailed,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.registry import (
    Absent,
    Registry,
    RegistryUnreadable,
    WrongType,
)
from unit.plugin_utils.fake_host import FakeHost, Glitch, lost
from unit.plugin_utils.fake_registry import (
    BINARY,
    DWORD,
    EXPAND_SZ,
    MULTI_SZ,
    QWORD,
    SZ,
    FakeRegistry,
    RegistryCodes,
)

KEY = r"SOFTWARE\Vendor\Product"
CODES = [
    RegistryCodes(missing_key=key, missing_value=value, wrong_type=wrong)
    for key, value, wrong in product((2, 1, 3), (1, 2), (2147749893, 1, 2, 13))
]


def opened(fake: FakeRegistry) -> tuple[Registry, FakeHost]:
    host = FakeHost(fake)
    return Registry(host.session()), host


@pytest.fixture(
    params=CODES, ids=lambda codes: f"{codes.missing_key}-{codes.missing_value}-{codes.wrong_type}"
)
def fake(request: pytest.FixtureRequest) -> FakeRegistry:
    registry = FakeRegistry(request.param)
    registry.put(KEY, "Number", DWORD, 4)
    registry.put(KEY, "Text", SZ, "a, b")
    registry.put(KEY, "Texts", MULTI_SZ, ["a", "b"])
    registry.put(KEY, "Wide", QWORD, 4)
    return registry


def test_values_are_read(fake: FakeRegistry) -> None:
    registry, host = opened(fake)
    assert registry.dword(KEY, "Number") == 4
    assert registry.text(KEY, "Text") == "a, b"
    assert registry.texts(KEY, "Texts") == ["a", "b"]
    assert host.writes == []


def test_names_and_keys_are_the_same_in_any_case(fake: FakeRegistry) -> None:
    registry, dummy = opened(fake)
    assert registry.dword(KEY.upper(), "NUMBER") == 4
    assert registry.dword(KEY.lower(), "text") == WrongType("REG_SZ", "REG_DWORD")


def test_a_missing_key_and_a_missing_value_are_told_apart(fake: FakeRegistry) -> None:
    registry, dummy = opened(fake)
    assert registry.dword(KEY, "Nothing") is Absent.VALUE
    assert registry.text(KEY, "Nothing") is Absent.VALUE
    assert registry.texts(KEY, "Nothing") is Absent.VALUE
    assert registry.dword(KEY + r"\Deeper", "Number") is Absent.KEY
    assert registry.text(r"SOFTWARE\Nobody\Nothing\At\All", "Text") is Absent.KEY
    assert registry.texts(KEY + r"\Deeper", "Texts") is Absent.KEY


def test_a_value_of_another_type_is_told_with_both(fake: FakeRegistry) -> None:
    registry, dummy = opened(fake)
    assert registry.dword(KEY, "Text") == WrongType("REG_SZ", "REG_DWORD")
    assert registry.dword(KEY, "Wide") == WrongType("REG_QWORD", "REG_DWORD")
    assert registry.text(KEY, "Number") == WrongType("REG_DWORD", "REG_SZ")
    assert registry.texts(KEY, "Text") == WrongType("REG_SZ", "REG_MULTI_SZ")


@pytest.mark.parametrize(
    ("number", "name"),
    [(EXPAND_SZ, "REG_EXPAND_SZ"), (BINARY, "REG_BINARY"), (0, "type 0"), (99, "type 99")],
)
def test_other_types_have_names_or_numbers(number: int, name: str) -> None:
    fake = FakeRegistry()
    fake.put(KEY, "X", number, "x")
    registry, dummy = opened(fake)
    assert registry.dword(KEY, "X") == WrongType(name, "REG_DWORD")


def test_a_key_that_may_not_be_opened_is_not_taken_for_absent(fake: FakeRegistry) -> None:
    fake.denied.add(KEY)
    registry, dummy = opened(fake)
    for read in (registry.dword, registry.text, registry.texts):
        with pytest.raises(RegistryUnreadable) as caught:
            read(KEY, "Number")
        assert "StdRegProv returned 5" in str(caught.value)
        assert "Administrators" in (caught.value.advice or "")
    with pytest.raises(RegistryUnreadable):
        registry.subkeys(KEY)
    with pytest.raises(RegistryUnreadable):
        registry.value_names(KEY)


def test_a_denied_key_is_still_seen_from_above() -> None:
    fake = FakeRegistry()
    fake.create(KEY)
    fake.denied.add(KEY)
    assert opened(fake)[0].exists(KEY)


def test_behind_a_key_that_may_not_be_opened_nothing_is_known(fake: FakeRegistry) -> None:
    fake.denied.add(KEY.rpartition("\\")[0])
    registry, dummy = opened(fake)
    with pytest.raises(RegistryUnreadable, match=r"SOFTWARE\\Vendor\\Product cannot be read"):
        registry.exists(KEY)


def test_a_value_that_is_listed_and_cannot_be_read_is_an_error() -> None:
    fake = FakeRegistry()
    fake.put(KEY, "Number", DWORD, 4)
    registry, host = opened(fake)
    host.glitches.append(Glitch("StdRegProv.GetDWORDValue", 5))
    with pytest.raises(
        RegistryUnreadable, match=r"Product, value Number, cannot be read .*returned 5"
    ):
        registry.dword(KEY, "Number")


def test_no_types_and_only_the_default_value() -> None:
    fake = FakeRegistry(types_null=True)
    fake.put(KEY, "", SZ, "default")
    registry, dummy = opened(fake)
    assert registry.dword(KEY, "Number") is Absent.VALUE
    assert registry.value_names(KEY) == [""]
    assert registry.text(KEY, "") == "default"


def test_no_types_and_a_value_of_that_name_is_no_guess() -> None:
    fake = FakeRegistry(types_null=True)
    fake.put(KEY, "", SZ, "default")
    registry, dummy = opened(fake)
    # There is a value, of what type nobody says: it is not called absent.
    with pytest.raises(RegistryUnreadable):
        registry.dword(KEY, "")


def test_names_and_types_of_different_number_are_refused() -> None:
    fake = FakeRegistry()
    fake.create(KEY)
    registry, host = opened(fake)
    host.on_call(
        "StdRegProv.EnumValues",
        lambda inputs: {"sNames": ["a", "b"], "Types": [4], "ReturnValue": len(inputs) * 0},
    )
    with pytest.raises(BadAnswer, match="names and types of different number"):
        registry.dword(KEY, "Number")


def test_success_without_a_value_is_not_believed() -> None:
    fake = FakeRegistry()
    fake.put(KEY, "Number", DWORD, 4)
    registry, host = opened(fake)
    host.glitches.append(Glitch("StdRegProv.GetDWORDValue", 0))
    with pytest.raises(RegistryUnreadable):
        registry.dword(KEY, "Number")


def test_an_empty_multi_string_is_a_list() -> None:
    fake = FakeRegistry()
    fake.put(KEY, "Texts", MULTI_SZ, [])
    assert opened(fake)[0].texts(KEY, "Texts") == []


def test_an_empty_string_is_a_string() -> None:
    fake = FakeRegistry()
    fake.put(KEY, "Text", SZ, "")
    assert opened(fake)[0].text(KEY, "Text") == ""


def test_subkeys() -> None:
    fake = FakeRegistry()
    fake.create(KEY + r"\One\Deep")
    fake.create(KEY + r"\Two")
    registry, dummy = opened(fake)
    assert registry.subkeys(KEY) == ["One", "Two"]
    assert registry.subkeys(KEY + r"\Two") == []
    assert registry.subkeys(KEY + r"\Three") is None


def test_a_value_costs_one_request_when_it_is_there() -> None:
    fake = FakeRegistry()
    fake.put(KEY, "Number", DWORD, 4)
    registry, host = opened(fake)
    registry.dword(KEY, "Number")
    assert host.reads == ["StdRegProv.GetDWORDValue"]


def test_texts_of_a_key_that_is_not_there_cost_two_requests() -> None:
    registry, host = opened(FakeRegistry())
    assert registry.texts(r"SOFTWARE\Nothing", "Texts") is Absent.KEY
    assert host.reads == ["StdRegProv.EnumValues", "StdRegProv.EnumKey"]


# -- writes -----------------------------------------------------------------------------------


def test_values_are_written_with_their_type() -> None:
    fake = FakeRegistry()
    fake.create(KEY)
    registry, host = opened(fake)
    registry.set_dword(KEY, "Number", 4)
    registry.set_text(KEY, "Text", "a,b")
    assert fake.look(KEY, "Number") == (DWORD, 4)
    assert fake.look(KEY, "Text") == (SZ, "a,b")
    registry.delete_value(KEY, "Number")
    assert fake.look(KEY, "Number") is None
    assert host.writes == [
        f"StdRegProv.{name}" for name in ("SetDWORDValue", "SetStringValue", "DeleteValue")
    ]


def test_keys_are_created_with_what_is_above_them_and_deleted_alone() -> None:
    fake = FakeRegistry()
    registry, dummy = opened(fake)
    registry.create_key(KEY)
    registry.create_key(KEY)
    assert fake.has(KEY)
    registry.delete_key(KEY)
    assert not fake.has(KEY)
    assert fake.has(KEY.rpartition("\\")[0])


def test_a_refused_write_is_an_error() -> None:
    fake = FakeRegistry()
    fake.create(KEY)
    fake.denied.add(KEY)
    registry, dummy = opened(fake)
    writes: list[Callable[[], None]] = [
        lambda: registry.set_dword(KEY, "Number", 4),
        lambda: registry.set_text(KEY, "Text", "x"),
        lambda: registry.delete_value(KEY, "Text"),
        lambda: registry.delete_key(KEY),
    ]
    for write in writes:
        with pytest.raises(MethodFailed, match="returned 5") as caught:
            write()
        assert caught.value.code is not None
        assert caught.value.code.name == "ERROR_ACCESS_DENIED"


def test_a_key_with_sub_keys_is_not_deleted() -> None:
    fake = FakeRegistry()
    fake.create(KEY + r"\Below")
    registry, dummy = opened(fake)
    with pytest.raises(MethodFailed):
        registry.delete_key(KEY)
    assert fake.has(KEY + r"\Below")


def test_a_read_survives_a_dropped_connection() -> None:
    fake = FakeRegistry()
    fake.put(KEY, "Number", DWORD, 4)
    registry, host = opened(fake)
    host.glitches.append(Glitch("StdRegProv.GetDWORDValue", lost()))
    assert registry.dword(KEY, "Number") == 4
    assert host.reads == ["StdRegProv.GetDWORDValue"] * 2
