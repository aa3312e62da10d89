# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Clearinghouse: numbers by channel, and who may draw on them."""

from __future__ import annotations

import http.client
import time
from typing import Any

import pytest
from farm import Fault, Rights, ScenarioError, load_scenario_dict
from farm.model.clearinghouse_plan import ERRORS

from .conftest import FarmOf
from .license_client import (
    AGREEMENT,
    AUTHORIZATION,
    INVALID_PARAMETER,
    KEY_PACK,
    OPEN,
    PACK,
    RETAIL,
    LicenseClient,
    Params,
    agreed,
    opened,
)
from .soap_client import SoapClient

NUMBERS: list[dict[str, Any]] = [
    {"channel": "retail", "number": RETAIL, "version": 2022, "type": "per_user", "quantity": 20},
    {
        "channel": "open",
        "number": OPEN,
        "authorization": AUTHORIZATION,
        "version": 2022,
        "type": "per_user",
        "quantity": 50,
    },
    {
        "channel": "agreement",
        "number": AGREEMENT,
        "agreement_type": 1,
        "version": 2022,
        "type": "per_device",
    },
    {
        "channel": "key_pack_id",
        "number": KEY_PACK,
        "version": 2019,
        "type": "per_device",
        "quantity": 5,
    },
]
LICENSING: dict[str, Any] = {"roles": ["licensing"]}


def _clients(
    farm_of: FarmOf,
    numbers: list[dict[str, Any]] | None = None,
    errors: dict[str, int] | None = None,
    **hosts: Any,
) -> list[LicenseClient]:
    house = {"numbers": NUMBERS if numbers is None else numbers, "errors": errors or {}}
    farm = farm_of(top={"clearinghouse": house}, **(hosts or {"ls1": LICENSING}))
    return [LicenseClient(farm, name) for name in farm.hosts]


@pytest.fixture
def client(farm_of: FarmOf) -> LicenseClient:
    """One activated license server of 2022."""
    return _clients(farm_of)[0]


def _retail(client: LicenseClient, verb: str = "Install", **more: object) -> int:
    return client.pack(f"{verb}RetailPurchaseLicenseKeyPack", sLicenseCode=RETAIL, **more)


def test_every_channel_installs_a_pack(client: LicenseClient) -> None:
    answer = client.call(PACK, "InstallRetailPurchaseLicenseKeyPack", {"sLicenseCode": RETAIL})
    assert (answer.value("KeyPackId"), answer.value("ReturnValue")) == ("2", "0")
    assert client.pack("InstallOpenLicenseKeyPack", **opened(30)) == 0
    assert client.pack("InstallAgreementLicenseKeyPack", **agreed(7)) == 0
    assert client.pack("InstallLicenseKeyPack", sLicenseKeyPackId=KEY_PACK) == 0
    assert client.packs() == [(1, 7, 1, 20), (5, 7, 1, 30), (2, 7, 0, 7), (2, 6, 0, 5)]
    assert client.soap.get(PACK, {"KeyPackId": "3"}).value("AvailableLicenses") == "30"


def test_open_licenses_are_drawn_until_they_are_used_up(client: LicenseClient) -> None:
    assert client.pack("InstallOpenLicenseKeyPack", **opened(30)) == 0
    too_many = ERRORS["too_many_licenses"]
    assert client.pack("InstallOpenLicenseKeyPack", **opened(30)) == too_many
    assert client.pack("InstallOpenLicenseKeyPack", **opened(20)) == 0
    assert client.pack("InstallOpenLicenseKeyPack", **opened(1)) == ERRORS["already_used"]
    assert [pack[3] for pack in client.packs()] == [30, 20]


def test_a_key_is_used_once_in_the_whole_farm(farm_of: FarmOf) -> None:
    first, second = _clients(farm_of, ls1=LICENSING, ls2=LICENSING)
    assert _retail(first) == 0
    assert _retail(first) == ERRORS["already_used"]
    assert _retail(second) == ERRORS["already_used"]
    assert second.packs() == []


@pytest.mark.parametrize(
    ("method", "params", "error"),
    [
        ("InstallRetailPurchaseLicenseKeyPack", {"sLicenseCode": "Z" * 25}, "unknown_number"),
        ("InstallLicenseKeyPack", {"sLicenseKeyPackId": "Z" * 35}, "unknown_number"),
        (
            "InstallOpenLicenseKeyPack",
            {**opened(5), "sAuthorizationNumber": "Z" * 15},
            "unknown_number",
        ),
        ("InstallOpenLicenseKeyPack", opened(5, version=6), "wrong_product"),
        ("InstallOpenLicenseKeyPack", opened(5, kind=0), "wrong_product"),
        ("InstallAgreementLicenseKeyPack", agreed(5, agreement=0), "wrong_channel"),
        ("ReinstallRetailPurchaseLicenseKeyPack", {"sLicenseCode": RETAIL}, "not_installed"),
    ],
)
def test_refusals(client: LicenseClient, method: str, params: Params, error: str) -> None:
    assert client.pack(method, **params) == ERRORS[error]
    assert client.packs() == []


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("InstallRetailPurchaseLicenseKeyPack", {"sLicenseCode": "A" * 24}),
        ("InstallRetailPurchaseLicenseKeyPack", {"sLicenseCode": "AAAAA-" * 4 + "AAAAA"}),
        ("InstallRetailPurchaseLicenseKeyPack", {"sLicenseCode": ""}),
        ("InstallLicenseKeyPack", {"sLicenseKeyPackId": "B" * 36}),
        ("InstallOpenLicenseKeyPack", {**opened(5), "sLicenseNumber": "1111111A"}),
        ("InstallOpenLicenseKeyPack", {**opened(5), "sAuthorizationNumber": "C" * 14}),
        ("InstallOpenLicenseKeyPack", opened(0)),
        ("InstallOpenLicenseKeyPack", opened(5, version=3)),
        ("InstallOpenLicenseKeyPack", opened(5, kind=2)),
        ("InstallAgreementLicenseKeyPack", agreed(5, agreement=6)),
        ("InstallAgreementLicenseKeyPack", {**agreed(5), "sAgreementNumber": "222222"}),
    ],
)
def test_numbers_of_the_wrong_form(client: LicenseClient, method: str, params: Params) -> None:
    assert client.pack(method, **params) == INVALID_PARAMETER


def test_calls_that_the_definitions_do_not_allow(client: LicenseClient) -> None:
    wrong = client.call(PACK, "InstallRetailPurchaseLicenseKeyPack", {"LicenseCode": RETAIL})
    assert wrong.wmi_code == 0x8004102F
    assert client.call(PACK, "InstallRetailPurchaseLicenseKeyPack").wmi_code == 0x8004102F
    minus = client.call(PACK, "InstallOpenLicenseKeyPack", opened(-1))
    assert minus.wmi_code == 0x8004102B
    spelled = client.call(PACK, "InstallOpenPurchaseLicenseKeyPack", opened(1))
    assert spelled.wmi_code == 0x8004102E
    assert client.call(PACK, "ReinstallOpenLicenseKeyPack", opened(1)).wmi_code == 0x8004102E
    keyed = client.call(PACK, "InstallOpenLicenseKeyPack", opened(1), {"KeyPackId": 1})
    assert keyed.code == 2150858843
    assert client.packs() == []


def test_a_key_of_another_channel(farm_of: FarmOf) -> None:
    number = {**NUMBERS[1], "number": RETAIL}
    (client,) = _clients(farm_of, [number])
    assert _retail(client) == ERRORS["wrong_channel"]


def test_codes_and_outcomes_are_up_to_the_scenario(farm_of: FarmOf) -> None:
    number = {**NUMBERS[0], "outcome": "wrong_channel"}
    (client,) = _clients(farm_of, [number], {"wrong_channel": 0xC0110002})
    assert _retail(client) == 0xC0110002


def test_a_refusal_may_be_a_fault(farm_of: FarmOf) -> None:
    host = {**LICENSING, "license_server": {"errors_as": "fault"}}
    (client,) = _clients(farm_of, [], ls1=host)
    params: Params = {"sLicenseCode": RETAIL}
    answer = client.call(PACK, "InstallRetailPurchaseLicenseKeyPack", params)
    assert (answer.code, answer.wmi_code) == (2150859010, ERRORS["unknown_number"])


def test_an_inactive_server_installs_nothing(farm_of: FarmOf) -> None:
    (client,) = _clients(farm_of, ls1={**LICENSING, "activated": False})
    assert _retail(client) == ERRORS["not_activated"]


def test_a_server_holds_no_pack_newer_than_itself(farm_of: FarmOf) -> None:
    old, new = _clients(farm_of, a={**LICENSING, "release": "2019"}, b=LICENSING)
    assert _retail(old) == ERRORS["too_new"]
    assert old.pack("InstallLicenseKeyPack", sLicenseKeyPackId=KEY_PACK) == 0
    assert _retail(new) == 0


@pytest.mark.parametrize(
    ("word", "code"),
    [("no_name", 0x80072EE7), ("no_tls", 0x80072F8F), (0x80072EFD, 0x80072EFD)],
)
def test_the_way_to_microsoft_may_be_blocked(farm_of: FarmOf, word: object, code: int) -> None:
    (client,) = _clients(farm_of, ls1={**LICENSING, "license_server": {"clearinghouse": word}})
    assert _retail(client) == code
    assert client.pack("InstallLicenseKeyPack", sLicenseKeyPackId=KEY_PACK) == 0


def test_windows_may_install_something_else(farm_of: FarmOf) -> None:
    gives = {"version": 2019, "quantity": 5}
    (client,) = _clients(farm_of, [{**NUMBERS[0], "gives": gives}])
    assert _retail(client) == 0
    assert client.packs() == [(1, 6, 1, 5)]


def test_a_rebuilt_server_reinstalls_what_it_had(farm_of: FarmOf) -> None:
    used = [{"server": "ls1", "id": "D" * 35}]
    first, second = _clients(
        farm_of, [{**NUMBERS[0], "used_by": used, "reinstalls": 1}], ls1=LICENSING, ls2=LICENSING
    )
    assert _retail(first) == ERRORS["already_used"]
    assert _retail(second, "Reinstall") == ERRORS["already_used"]
    assert _retail(first, "Reinstall") == 0
    assert first.packs() == [(1, 7, 1, 20)]
    assert _retail(first, "Reinstall") == ERRORS["already_used"]
    first.server.packs.remove(2)
    assert _retail(first, "Reinstall") == ERRORS["too_many_reactivations"]


def test_a_role_that_was_removed_and_added_is_a_rebuilt_server(farm_of: FarmOf) -> None:
    (client,) = _clients(farm_of)
    assert client.pack("InstallOpenLicenseKeyPack", **opened(30)) == 0
    features = client.farm.hosts["ls1"].features
    features.remove(["RDS-Licensing"])
    features.install(["RDS-Licensing"], tools=False)
    client.server.activated = True
    assert client.packs() == []
    more = client.pack("ReinstallOpenPurchaseLicenseKeyPack", **opened(31))
    assert more == ERRORS["too_many_licenses"]
    assert client.pack("ReinstallOpenPurchaseLicenseKeyPack", **opened(30)) == 0
    assert client.packs() == [(5, 7, 1, 30)]
    assert client.pack("ReinstallAgreementLicenseKeyPack", **agreed(1)) == ERRORS["not_installed"]
    offline = client.pack("ReinstallLicenseKeyPackOffline", sLicenseKeyPackId=KEY_PACK)
    assert offline == ERRORS["not_installed"]


def test_licenses_move_from_a_server_that_is_named_rightly(farm_of: FarmOf) -> None:
    source, target = _clients(farm_of, old=LICENSING, new=LICENSING)
    assert _retail(source) == 0
    name, number = "old.corp.example", source.server.license_server_id
    wrong = ERRORS["wrong_source"]
    assert _retail(target, "Import", sSourceLSName="other", sSourceLSProductId=number) == wrong
    assert _retail(target, "Import", sSourceLSName=name, sSourceLSProductId="D" * 35) == wrong
    short = _retail(target, "Import", sSourceLSName=name, sSourceLSProductId="D")
    assert short == INVALID_PARAMETER
    assert _retail(target, "Import", sSourceLSName=name, sSourceLSProductId=number) == 0
    assert target.packs() == [(1, 7, 1, 20)]
    # The source shows its pack until somebody removes it there.
    assert source.packs() == [(1, 7, 1, 20)]
    assert _retail(source, "Reinstall") == ERRORS["already_used"]


def test_licenses_move_from_a_server_outside_the_farm(farm_of: FarmOf) -> None:
    used = [{"server": "LS-OLD", "id": "D" * 35, "quantity": 12}]
    (client,) = _clients(farm_of, [{**NUMBERS[1], "used_by": used}, *NUMBERS[2:]])
    source: Params = {"sSourceLSName": "ls-old", "sSourceLSProductId": "D" * 35}
    more = client.pack("ImportOpenPurchaseLicenseKeyPack", **opened(13), **source)
    assert more == ERRORS["too_many_licenses"]
    assert client.pack("ImportOpenPurchaseLicenseKeyPack", **opened(12), **source) == 0
    agreement = client.pack("ImportAgreementLicenseKeyPack", **agreed(1), **source)
    assert agreement == ERRORS["not_installed"]
    offline = client.pack("ImportLicenseKeyPackOffline", sLicenseKeyPackId=KEY_PACK, **source)
    assert offline == ERRORS["not_installed"]
    assert client.packs() == [(5, 7, 1, 12)]


def test_a_pack_id_is_made_for_one_server(farm_of: FarmOf) -> None:
    number = {**NUMBERS[3], "server": "ls2"}
    first, second = _clients(farm_of, [number], ls1=LICENSING, ls2=LICENSING)
    assert first.pack("InstallLicenseKeyPack", sLicenseKeyPackId=KEY_PACK) == ERRORS["wrong_code"]
    assert second.pack("InstallLicenseKeyPack", sLicenseKeyPackId=KEY_PACK) == 0


def test_a_lost_answer_leaves_the_pack(client: LicenseClient) -> None:
    faults = client.farm.hosts["ls1"].faults
    faults.add(Fault("drop_after", method="InstallRetailPurchaseLicenseKeyPack", times=1))
    with pytest.raises(http.client.RemoteDisconnected):
        _retail(client)
    assert client.packs() == [(1, 7, 1, 20)]
    assert _retail(client) == ERRORS["already_used"]


def test_a_method_may_finish_while_others_ask(client: LicenseClient) -> None:
    client.farm.hosts["ls1"].faults.add(
        Fault("timed_out", method="InstallOpenLicenseKeyPack", seconds=0.4, background=True)
    )
    before = time.monotonic()
    assert client.call(PACK, "InstallOpenLicenseKeyPack", opened(5)).code == 2150858793
    assert client.soap.get(PACK, {"KeyPackId": "2"}).wmi_code == 0x80041002
    assert time.monotonic() - before < 0.35
    time.sleep(0.5)
    assert client.soap.get(PACK, {"KeyPackId": "2"}).value("TotalLicenses") == "5"


def test_removing_and_uninstalling(client: LicenseClient) -> None:
    for count in (10, 20):
        client.pack("InstallOpenLicenseKeyPack", **opened(count))
    assert client.pack("RemoveLicensesWithIdCount", KeyPackId=2, LicenseCount=4) == 0
    assert [pack[3] for pack in client.packs()] == [6, 20]
    wrong = client.pack("RemoveLicensesWithIdCount", KeyPackId=2, LicenseCount=7)
    assert wrong == INVALID_PARAMETER
    assert client.pack("RemoveLicensesWithIdCount", KeyPackId=9, LicenseCount=1) == 0x80041002
    assert client.pack("RemoveLicensesWithIdCount", KeyPackId=1, LicenseCount=1) == 0x8004100C
    product: Params = {"ProductVersion": 7, "ProductType": 1}
    assert client.pack("UninstallLicenseKeyPack", **product, LicenseCount=22) == 0
    assert [pack[3] for pack in client.packs()] == [4]
    assert client.pack("UninstallLicenseKeyPack", **product, LicenseCount=5) == INVALID_PARAMETER
    other: Params = {"ProductVersion": 6, "ProductType": 1, "LicenseCount": 1}
    assert client.pack("UninstallLicenseKeyPack", **other) == 0x80041002
    assert client.pack("UninstallLicenseKeyPackWithId", KeyPackId=2) == 0
    assert client.pack("UninstallLicenseKeyPackWithId", KeyPackId=2) == 0x80041002
    assert client.packs() == []
    # What was removed stays used at Microsoft.
    assert client.pack("InstallOpenLicenseKeyPack", **opened(21)) == ERRORS["too_many_licenses"]


def test_converting_takes_unissued_licenses_of_one_pack(farm_of: FarmOf) -> None:
    packs = [{"type": "per_user", "total": 10, "issued": 4}]
    (client,) = _clients(farm_of, ls1={**LICENSING, "license_server": {"packs": packs}})
    key: Params = {"KeyPackId": 2}
    assert client.code(PACK, "ConvertLicenses", {"Count": 7}, key) == INVALID_PARAMETER
    assert client.code(PACK, "ConvertLicenses", {"Count": 0}, key) == INVALID_PARAMETER
    answer = client.call(PACK, "ConvertLicenses", {"Count": 6}, key)
    assert answer.value("KeypackID") == "3"
    assert client.packs() == [(5, 7, 1, 4), (5, 7, 0, 6)]
    assert client.call(PACK, "ConvertLicenses", {"Count": 1}).code == 2150858843
    assert client.code(PACK, "ConvertLicenses", {"Count": 1}, {"KeyPackId": 1}) == 0x8004100C


def test_converting_came_with_2012(farm_of: FarmOf) -> None:
    (client,) = _clients(farm_of, ls1={**LICENSING, "release": "2008r2"})
    answer = client.call(PACK, "ConvertLicenses", {"Count": 1}, {"KeyPackId": 1})
    assert answer.wmi_code == 0x8004102E


def test_only_administrators_install(farm_of: FarmOf) -> None:
    (client,) = _clients(farm_of)
    user = SoapClient(client.farm, "ls1", rights=Rights.REMOTE_MANAGEMENT_USER)
    params = [("sLicenseCode", RETAIL)]
    assert user.invoke(PACK, "InstallRetailPurchaseLicenseKeyPack", params).code == 5
    assert client.packs() == []


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ({"channel": "csp"}, "'csp' is not one of retail"),
        ({**NUMBERS[0], "quantity": None}, "a number of this channel has a quantity"),
        ({**NUMBERS[0], "authorization": "x"}, "open licenses, and only they"),
        ({**NUMBERS[2], "agreement_type": None}, "agreements, and only they"),
        ({**NUMBERS[0], "outcome": "bad luck"}, "'bad luck' is no number and not one of"),
        ({**NUMBERS[0], "used_by": [{"server": 1}]}, "used_by.0.server: a text"),
        ({**NUMBERS[0], "keys": 1}, "keys: unknown key"),
    ],
)
def test_errors_of_the_scenario(number: dict[str, Any], message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario_dict({"hosts": {"a": {}}, "clearinghouse": {"numbers": [number]}})
    assert message in str(caught.value)


def test_an_unknown_error_name() -> None:
    with pytest.raises(ScenarioError, match="unknown key"):
        load_scenario_dict({"hosts": {"a": {}}, "clearinghouse": {"errors": {"oops": 1}}})


def test_devices_and_users_that_wait_are_served(farm_of: FarmOf) -> None:
    waiting = {"per_device": 12, "per_user": 25}
    (client,) = _clients(farm_of, ls1={**LICENSING, "license_server": {"waiting": waiting}})
    assert _retail(client) == 0
    assert client.pack("InstallAgreementLicenseKeyPack", **agreed(10)) == 0
    assert client.pack("InstallAgreementLicenseKeyPack", **agreed(10)) == 0
    issued = [(p.type, p.total, p.issued) for p in client.server.packs.all() if p.bought]
    # Nothing enforces per-user licenses; a device without one is not served.
    assert issued == [(1, 20, 25), (0, 10, 10), (0, 10, 2)]
    assert client.server.issued.count() == 12
