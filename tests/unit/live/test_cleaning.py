# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is taken out of the records of the live kit, and what has to stay."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

import pytest
from farm.model.ese_header import CLEAN, DatabaseHeader, Signature
from live.bytes_kept import output_kept, texts_in_heads
from live.cleaning import Cleaner
from live.recording import Exchange, Record, Step

KEY = b"k" * 32
URI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_TSLicenseServer"
ANSWER = (
    f'<s:Envelope xmlns:p="{URI}"><p:Win32_TSLicenseServer>'
    "<p:FirstName>Maria</p:FirstName><p:Company>Contoso Ltd</p:Company>"
    "<p:ProductId>00184-30200-00001-AB123</p:ProductId><p:ServerRole>1</p:ServerRole>"
    "<p:CSName>LICENSE03</p:CSName><p:State>Running</p:State>"
    '</p:Win32_TSLicenseServer><f:WSManFault Machine="license03.corp.contoso.com"/></s:Envelope>'
)
RESULT: dict[str, Any] = {
    "msg": "license03 (10.1.2.3): asked license03.corp.contoso.com as CORP\\maria.d",
    "server": {"product_id": "00184-30200-00001-AB123", "activated": True},
    "connectivity": {"license03.corp.contoso.com": 11, "per_user": 2},
    "sid": "the account S-1-5-21-1111111111-222222222-3333333333-500",
    "version": "10.0.20348.1",
}


def record(**changes: Any) -> Record:
    made = Record("rds_lserver_info", "license03", {"path": "D:\\x"}, result=RESULT)
    made.exchanges = [Exchange(f"<a:ResourceURI>{URI}</a:ResourceURI>", 200, ANSWER)]
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def cleaned(made: Record, **options: Any) -> tuple[Record, str]:
    found = Cleaner(KEY, ["license03", "maria.d", "CORP"], **options).clean(made)
    return found, found.as_text()


@pytest.mark.parametrize(
    "private",
    [
        "Maria",
        "Contoso",
        "00184-30200",
        "license03",
        "10.1.2.3",
        "CORP",
        "1111111111",
    ],
)
def test_it_is_taken_out(private: str) -> None:
    assert private.casefold() not in cleaned(record())[1].casefold()


@pytest.mark.parametrize(
    "public",
    [URI, "Win32_TSLicenseServer", "rds_lserver_info", "<p:ServerRole>1<", ">Running<", "per_user",
     "10.0.20348.1", '"activated": true', "S-1-5-21-", "-500", "D:\\\\x"],
)  # fmt: skip
def test_it_stays(public: str) -> None:
    assert public in cleaned(record())[1]


def test_equal_names_stay_equal_whatever_their_case_and_domain() -> None:
    found, dummy = cleaned(record())
    short = found.host
    assert len(short) == len("license03")
    assert short != "license03"
    assert short[:7].isalpha()
    assert short[7:].isdigit()
    assert f">{short.upper()}<" in found.exchanges[0].answer
    assert found.result["msg"].startswith(f"{short} (192.0.2.")
    assert f"asked {short}." in found.result["msg"]
    assert [key for key in found.result["connectivity"] if key.startswith(f"{short}.")]
    again = Cleaner(KEY, ["license03"]).clean(record())
    assert again.host == short, "the same key, the same stand-in"
    assert Cleaner(b"x" * 32, ["license03"]).clean(record()).host != short


def test_names_may_stay_and_secrets_go_all_the_same() -> None:
    found, text = cleaned(record(), keep_names=True)
    assert found.host == "license03"
    assert "license03.corp.contoso.com" in text
    for secret in ("Maria", "Contoso Ltd", "00184-30200"):
        assert secret not in text


def test_binary_values_of_the_registry_become_zeros() -> None:
    answer = "<p:uValue>48</p:uValue><p:uValue>130</p:uValue>"
    binary = Exchange("<m:GetBinaryValue_INPUT/>", 200, answer)
    number = Exchange("<m:GetDWORDValue_INPUT/>", 200, answer)
    found, dummy = cleaned(record(exchanges=[binary, number]))
    assert found.exchanges[0].answer == "<p:uValue>0</p:uValue><p:uValue>0</p:uValue>"
    assert found.exchanges[1].answer == answer


def test_everything_else_is_cleaned_too() -> None:
    error = {"kind": "ConnectionLost", "text": "on license03: no", "values": {}}
    step = Step("list_folder", {"path": "C:\\license03"}, None, {"sddl": "O:BAG:SY"}, error)
    found, text = cleaned(
        record(
            steps=[step],
            exchanges=[Exchange("<x>license03</x>", error=error)],
            connection={"plugin": "winrm", "options": {"remote_user": "berta", "port": 5985}},
            carrier={"endpoint": "http://license03:5985/wsman", "sealed": True},
            variables={"hostvars": {"license03": {"rds_cal": {"name": "LICENSE03"}}}},
            given={"process": ["buildhost (process 7)"], "utc_now": ["2026-11-22T01:02:03+00:00"]},
        )
    )
    assert [each for each in ("license03", "berta", "buildhost") if each in text.casefold()] == []
    assert found.steps[0].output == {"sddl": "O:BAG:SY"}
    assert found.exchanges[0].error == found.steps[0].error
    assert found.given["utc_now"] == ["2026-11-22T01:02:03+00:00"]
    assert found.connection["options"]["port"] == 5985
    assert list(found.variables["hostvars"]) == [found.host]


def test_the_account_of_a_sid_stands_with_its_machine_and_without() -> None:
    machine = "S-1-5-21-1111111111-222222222-3333333333"
    result = {"msg": f"{machine} {machine}-500 {machine}-1103 S-1-5-18", "user": "S-1-5-18"}
    found, text = cleaned(record(result=result))
    bare, administrator, account, system = found.result["msg"].split()
    assert administrator == f"{bare}-500"
    assert account.startswith(f"{bare}-")
    assert not account.endswith("-1103")
    assert system == found.result["user"] == "S-1-5-18"
    assert "1111111111" not in text


def test_the_header_of_a_database_is_cleaned_too() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    page = DatabaseHeader(8192, CLEAN, Signature(7, now, "LICENSE03"), Signature(8, now), now)
    head = base64.b64encode(2 * page.stored).decode()
    output = output_kept("read_bundle", {}, None, {"entries": [{"text": None, "head": head}]})
    assert ["LICENSE03" in text for text in texts_in_heads(output)] == [True]
    found, dummy = cleaned(record(steps=[Step("read_bundle", {}, None, output)]))
    assert ["LICENSE03" in text for text in texts_in_heads(found.steps[0].output)] == [False]


def test_names_of_the_directory_go_even_when_nobody_knows_them() -> None:
    result = {"msg": "cn={6AC1786C},CN=Policies,OU=Board of Fabrikam,DC=fabrikam,DC=local: no"}
    found, text = cleaned(record(result=result))
    assert "fabrikam" not in text.casefold()
    assert found.result["msg"].startswith("cn={6AC1786C},CN=Policies,OU=")
    kept, dummy = cleaned(record(result=result), keep_names=True)
    assert kept.result == result


def test_the_name_of_a_bundle_stays_one() -> None:
    name = "LICENSE03-20261122T015709Z.zip"
    result = {"msg": f"C:\\kit\\{name}.issued.part", "name": name}
    found, dummy = cleaned(record(result=result))
    assert found.result["name"] == f"{found.host.upper()}-20261122T015709Z.zip"
    assert found.result["msg"] == f"C:\\kit\\{found.result['name']}.issued.part"


def test_the_end_of_a_domain_is_a_word_like_others() -> None:
    result = {"servers": ["ls1.contoso.example"], "msg": "for example ls1 of contoso"}
    found, dummy = cleaned(record(result=result))
    assert found.result["msg"].startswith("for example ")
    assert "contoso" not in found.as_text()


def test_a_record_is_read_as_it_was_written() -> None:
    made = record(steps=[Step("gpupdate", {"wait_seconds": 1}, None, {"exit_code": 0})])
    assert Record.of_text(made.as_text()) == made
    with pytest.raises(ValueError, match="not a record"):
        Record.of_text('{"form": 99}')
