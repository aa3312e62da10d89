# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is taken out of the records of the live kit, and what has to stay."""

from __future__ import annotations

from typing import Any

import pytest
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
     "10.0.20348.1", '"activated": true', "-500", "D:\\\\x"],
)  # fmt: skip
def test_it_stays(public: str) -> None:
    # Of a SID the last part stays a number of its length.
    wanted = public if public != "-500" else "S-1-5-21-"
    assert wanted in cleaned(record())[1]


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


def test_steps_are_cleaned_too() -> None:
    step = Step("list_folder", {"path": "C:\\license03"}, {"sddl": "O:BAG:SY"}, "on license03: no")
    found, text = cleaned(record(steps=[step]))
    assert "license03" not in text
    assert found.steps[0].output == {"sddl": "O:BAG:SY"}


def test_a_record_is_read_as_it_was_written() -> None:
    made = record(steps=[Step("gpupdate", {"wait_seconds": 1}, {"exit_code": 0})])
    assert Record.of_text(made.as_text()) == made
    with pytest.raises(ValueError, match="not a record"):
        Record.of_text('{"form": 99}')
