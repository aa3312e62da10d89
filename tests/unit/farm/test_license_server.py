# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Win32_TSLicenseServer: activation and the directory."""

from __future__ import annotations

from typing import Any

import pytest
from farm import Rights
from farm.cim.schema import load_definitions
from farm.model.clearinghouse_plan import ERRORS

from .conftest import FarmOf
from .license_client import (
    ACCESS_DENIED,
    CONTACT,
    INVALID_PARAMETER,
    NOT_FOUND,
    NOT_SUPPORTED,
    SERVER,
    LicenseClient,
)
from .soap_client import SoapClient

POLICY = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services"


def _client(farm_of: FarmOf, section: dict[str, Any] | None = None, **host: Any) -> LicenseClient:
    plan = {"roles": ["licensing"], "license_server": section or {}, **host}
    return LicenseClient(farm_of(ls1=plan))


def _fresh(farm_of: FarmOf, **section: Any) -> LicenseClient:
    return _client(farm_of, {"activated": False, "contact": CONTACT, **section})


def test_automatic_activation(farm_of: FarmOf) -> None:
    client = _fresh(farm_of)
    assert client.act("GetLicenseServerId") == NOT_FOUND
    answer = client.call(SERVER, "ActivateServerAutomatic")
    assert (answer.value("ReturnValue"), answer.value("ActivationStatus")) == ("0", "0")
    number = client.call(SERVER, "GetLicenseServerId").value("sLicenseServerId")
    assert number == client.server.license_server_id
    assert len(number or "") == 35
    assert client.farm.state()["ls1"]["license_server"] == client.server.state()
    assert client.server.state()["activated"] is True


@pytest.mark.parametrize("missing", CONTACT)
def test_activation_wants_contact_data(farm_of: FarmOf, missing: str) -> None:
    client = _fresh(farm_of, contact={**CONTACT, missing: " "})
    answer = client.call(SERVER, "ActivateServerAutomatic")
    assert answer.value("ReturnValue") == str(ERRORS["wrong_contact"])
    assert answer.value("ActivationStatus") == "1"


def test_a_country_is_no_two_letter_code(farm_of: FarmOf) -> None:
    client = _fresh(farm_of, contact={**CONTACT, "CountryRegion": "DE"})
    assert client.act("ActivateServerAutomatic") == ERRORS["wrong_contact"]


def test_activation_needs_the_way_to_microsoft(farm_of: FarmOf) -> None:
    client = _fresh(farm_of, clearinghouse="no_tls")
    assert client.act("ActivateServerAutomatic") == 0x80072F8F
    assert not client.server.activated
    number = client.farm.clearinghouse.activation_id("ls1")
    assert client.act("ActivateServer", sLicenseServerId="A" * 35) == ERRORS["wrong_code"]
    assert client.act("ActivateServer", sLicenseServerId=number) == 0
    assert client.server.activated


def test_reactivation_keeps_or_changes_the_id(farm_of: FarmOf) -> None:
    client = _client(farm_of)
    before = client.server.license_server_id
    assert client.act("ReactivateServerAutomatic", Reason=4) == 0
    assert client.server.license_server_id == before
    new = client.farm.clearinghouse.reactivation_id("ls1")
    assert client.act("ReactivateServer", sNewLicenseServerId=before) == ERRORS["wrong_code"]
    assert client.act("ReactivateServer", sNewLicenseServerId=new) == 0
    assert client.server.license_server_id == new != before
    assert client.farm.clearinghouse.reactivation_id("ls1") != new
    assert client.act("ReactivateServerAutomatic", Reason=5) == INVALID_PARAMETER
    assert client.call(SERVER, "ReactivateServerAutomatic").wmi_code == 0x8004102F


def test_reactivations_are_limited(farm_of: FarmOf) -> None:
    farm = farm_of(top={"clearinghouse": {"reactivations": 1}}, ls1={"roles": ["licensing"]})
    client = LicenseClient(farm)
    assert client.act("ReactivateServerAutomatic", Reason=0) == 0
    too_many = ERRORS["too_many_reactivations"]
    assert client.act("ReactivateServerAutomatic", Reason=0) == too_many


def test_deactivation(farm_of: FarmOf) -> None:
    client = _client(farm_of)
    assert client.act("DeactivateServerAutomatic") == ERRORS["wrong_contact"]
    client.server.contact.update(CONTACT)
    answer = client.call(SERVER, "DeactivateServerAutomatic")
    assert (answer.value("ReturnValue"), answer.value("ActivationStatus")) == ("0", "1")
    assert client.act("DeactivateServerAutomatic") == ERRORS["not_activated"]
    assert client.act("ReactivateServerAutomatic", Reason=0) == ERRORS["not_activated"]
    assert client.act("ReactivateServer", sNewLicenseServerId="x") == ERRORS["not_activated"]
    assert client.act("DeactivateServer", sConfirmCode="x") == ERRORS["not_activated"]
    client.server.activated = True
    assert client.act("DeactivateServer", sConfirmCode="x") == ERRORS["wrong_code"]
    code = client.farm.clearinghouse.confirmation_code("ls1")
    assert client.act("DeactivateServer", sConfirmCode=code) == 0
    assert not client.server.activated


def test_the_status_may_be_unknown(farm_of: FarmOf) -> None:
    client = _client(farm_of, {"status": 2})
    answer = client.call(SERVER, "GetActivationStatus")
    assert answer.value("ActivationStatus") == "2"


def test_ids_are_stable_and_differ_by_host(farm_of: FarmOf) -> None:
    given = {"license_server_id": "E" * 35, "product_id": "P"}
    farm = farm_of(
        a={"roles": ["licensing"]},
        b={"roles": ["licensing"]},
        c={"roles": ["licensing"], "license_server": given},
    )
    again = farm_of(a={"roles": ["licensing"]})
    first, second, third = (LicenseClient(farm, name).server for name in farm.hosts)
    other = LicenseClient(again, "a").server
    assert first.license_server_id == other.license_server_id != second.license_server_id
    assert first.product_id == other.product_id != second.product_id
    assert (third.license_server_id, third.product_id) == ("E" * 35, "P")
    with pytest.raises(ValueError, match="no license server"):
        farm.clearinghouse.activation_id("nobody")


DIRECTORY: list[tuple[str, dict[str, object]]] = [
    ("IsLSinTSLSGroup", {"Domain": ""}),
    ("AddLStoTSLSGroup", {}),
    ("RemoveLSfromTSLSGroup", {}),
    ("IsLSPublished", {}),
    ("PublishLS", {}),
    ("UnpublishLS", {}),
    ("IsLSRegisteredToSCP", {}),
    ("RegisterLSToSCP", {}),
    ("UnRegisterLSFromSCP", {}),
    ("ChangeRole", {"ServerRole": 2}),
]


@pytest.mark.parametrize(("method", "params"), DIRECTORY)
def test_the_directory_is_a_second_hop(
    farm_of: FarmOf, method: str, params: dict[str, object]
) -> None:
    farm = farm_of(
        d={"roles": ["licensing"]},
        w={"roles": ["licensing"], "workgroup": "WG"},
        c={"roles": ["licensing"], "domain_controller": True},
        g={"roles": ["licensing"], "license_server": {"delegation": True}},
    )
    codes = [LicenseClient(farm, name).act(method, **params) for name in farm.hosts]
    assert codes == [ACCESS_DENIED, NOT_SUPPORTED, 0, 0]


def test_the_group_of_license_servers(farm_of: FarmOf) -> None:
    client = _client(farm_of, {"delegation": True})

    def member(domain: str) -> str | None:
        return client.call(SERVER, "IsLSinTSLSGroup", {"Domain": domain}).value("IsMember")

    assert [member(name) for name in ("", "CORP", "corp.example")] == ["false"] * 3
    assert client.act("IsLSinTSLSGroup", Domain="other.example") == NOT_FOUND
    assert client.call(SERVER, "IsLSinTSLSGroup").wmi_code == 0x8004102F
    assert client.call(SERVER, "CheckLSinTSLSGroup").wmi_code == 0x8004102E
    assert client.act("AddLStoTSLSGroup") == 0
    assert (member(""), client.server.in_group) == ("true", True)
    assert client.act("RemoveLSfromTSLSGroup") == 0
    assert member("") == "false"


def test_registration_and_role(farm_of: FarmOf) -> None:
    client = _client(farm_of, {"delegation": True})
    assert client.call(SERVER, "IsLSRegisteredToSCP").value("Registered") == "true"
    assert client.act("UnRegisterLSFromSCP") == 0
    assert client.call(SERVER, "IsLSRegisteredToSCP").value("Registered") == "false"
    assert client.call(SERVER, "IsLSPublished").value("Published") == "false"
    assert client.act("PublishLS") == 0
    assert client.call(SERVER, "IsLSPublished").value("Published") == "true"
    assert client.soap.get(SERVER).value("ServerRole") == "1"
    assert client.act("ChangeRole", ServerRole=3) == INVALID_PARAMETER
    assert client.act("ChangeRole", ServerRole=2) == 0
    assert client.soap.get(SERVER).value("ServerRole") == "2"


def test_session_hosts_find_registered_servers_only(farm_of: FarmOf) -> None:
    farm = farm_of(
        sh1={},
        ls1={"roles": ["licensing"]},
        ls2={"roles": ["licensing"], "activated": False},
        ls3={"roles": ["licensing"], "workgroup": "WG"},
    )
    client = SoapClient(farm, "sh1")
    listed = client.setting("GetRegisteredLicenseServerList").values["RegisteredLSList"]
    assert listed == ["ls1.corp.example"]


def test_policies_of_a_license_server(farm_of: FarmOf) -> None:
    client = _client(farm_of, {"endpoint_servers": ["SH1"]})

    def ask(method: str, name: str, **params: object) -> str | None:
        return client.call(SERVER, method, params).value(name)

    assert ask("IsLSSecGrpGPEnabled", "Enabled") == "false"
    assert ask("IsSecureAccessAllowed", "Allowed", tsname="sh9") == "true"
    registry = client.farm.hosts["ls1"].registry
    registry.set(POLICY, "fSecureLicensing", "DWORD", 1)
    registry.set(POLICY, "fPreventLicenseUpgrade", "DWORD", 1)
    assert ask("IsLSSecGrpGPEnabled", "Enabled") == "true"
    assert ask("IsLSPreventUpgradeGPEnabled", "Enabled") == "true"
    assert ask("IsSecureAccessAllowed", "Allowed", tsname="sh9") == "false"
    assert ask("IsSecureAccessAllowed", "Allowed", tsname="sh1.corp.example") == "true"
    assert ask("IsTSinTSCGroup", "IsMember", tsname="sh9") == "false"


def test_domain_controllers(farm_of: FarmOf) -> None:
    farm = farm_of(
        dc={"roles": ["licensing"], "domain_controller": True}, ls={"roles": ["licensing"]}
    )
    answers = [LicenseClient(farm, n).call(SERVER, "IsLSonDC").value("OnDC") for n in farm.hosts]
    assert answers == ["true", "false"]


@pytest.mark.parametrize("method", ["CreateTSCGroup", "RemoveTSCGroup", "IsTSCGroupPresent"])
def test_methods_that_2012_took_away(farm_of: FarmOf, method: str) -> None:
    farm = farm_of(new={"roles": ["licensing"]}, old={"roles": ["licensing"], "release": "2008r2"})
    assert LicenseClient(farm, "new").act(method) == NOT_SUPPORTED
    assert LicenseClient(farm, "old").call(SERVER, method).wmi_code == 0x80041024


def test_static_methods_take_no_keys_and_others_no_calls(farm_of: FarmOf) -> None:
    client = _client(farm_of)
    keyed = client.call(SERVER, "GetActivationStatus", keys={"ServerRole": "1"})
    assert keyed.code == 2150858843
    assert client.call(SERVER, "getactivationstatus").wmi_code == 0x8004102E
    extra = client.call(SERVER, "ActivateServerAutomatic", {"Reason": 0})
    assert extra.wmi_code == 0x8004102F
    user = SoapClient(client.farm, "ls1", rights=Rights.REMOTE_MANAGEMENT_USER)
    assert user.invoke(SERVER, "ActivateServerAutomatic").code == 5


def test_every_documented_method_answers(farm_of: FarmOf) -> None:
    """None of them is only a definition."""
    client = _client(farm_of, {"delegation": True, "contact": CONTACT})
    values = {"string": "x", "uint32": "0"}
    methods = load_definitions()["win32_tslicenseserver"].methods
    assert len(methods) == 26
    for method in methods.values():
        params: dict[str, object] = {p.name: values[p.type.name] for p in method.inputs}
        assert client.call(SERVER, method.name, params).status == 200, method.name
