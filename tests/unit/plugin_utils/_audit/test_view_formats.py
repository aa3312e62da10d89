# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every format of a report with all views: what it says, escaped, and of two thousand hosts."""

from __future__ import annotations

import csv
import importlib
import io
import json
import re
import time
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.module_utils._specs import (
    rds_audit_report,
    rds_cal_report,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis.catalogue import (
    ALL_RULES,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.formats import (
    ALL_FORMATS,
    FORMATS,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.language import (
    THIN,
)
from unit.plugin_utils._audit.farm_builders import (
    diagnosis,
    finding,
    many_hosts,
    mixed_farm,
    viewed,
)
from unit.plugin_utils._audit.test_audit_view import ACCOUNT
from unit.reporting.inventories import HOSTILE, report, small_fleet

jsonschema: Any = importlib.import_module("jsonschema")
SCHEMA = Path(__file__).parents[4] / "docs" / "schema" / "cal_inventory.schema.json"


def rendered(name: str, **values: Any) -> str:
    """The mixed farm in one format."""
    return ALL_FORMATS[name].render(viewed(**{**ACCOUNT, **values}))


def rows(name: str, **values: Any) -> list[dict[str, str]]:
    """A CSV format as rows."""
    return list(csv.DictReader(io.StringIO(rendered(name, **values))))


def cases(**values: Any) -> dict[tuple[str, str], ET.Element]:
    """The tests of the JUnit format by class and name."""
    root = ET.fromstring(rendered("junit", **values))
    found = root.iter("testcase")
    return {(each.attrib["classname"], each.attrib["name"]): each for each in found}


def closed(schema: Any) -> Any:
    """The schema, but without room for names that it does not know."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: closed(each) for name, each in schema.items()}
    if "properties" in found and "required" in found:
        found["additionalProperties"] = False
    return found


def test_the_modules_offer_the_formats_that_there_are() -> None:
    assert set(rds_audit_report.SPEC.options["formats"]["choices"]) == set(ALL_FORMATS)
    assert set(rds_cal_report.SPEC.options["formats"]["choices"]) == set(FORMATS)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_has_every_host_and_every_view(language: str) -> None:
    page = rendered("html", language=language)
    for name in [*mixed_farm(), "sh7", "sh8"]:
        assert re.search(rf"\b{re.escape(name)}\b", page), name
    for view in ("farm", "cals", "audit"):
        assert page.count(f'id="view-{view}"') == page.count(f'id="show-{view}"') == 1
    assert "<script" not in page
    assert "--tags policy_mode" in page
    at = [page.index(name) for name in ("sh2</span>", "sh1</span>", "sh3,</span>")]
    assert at == sorted(at), "hosts in trouble come first"


@pytest.mark.parametrize(("language", "nothing"), [("en", "Nothing to do"), ("fr", "Rien à faire")])
def test_of_a_host_that_is_not_known_nobody_says_that_there_is_nothing_to_do(
    language: str, nothing: str
) -> None:
    rows = [{"signal": "grace days", "why": "refused (0x80041003 WBEM_E_ACCESS_DENIED)"}]
    unknown = {"sh1": diagnosis("unknown", unknown=rows)}
    page = rendered("html", diagnoses=unknown, attempts={}, language=language)
    inside = page[page.index('id="view-farm"') : page.index('id="view-cals"')]
    assert "debug_connection" in inside
    assert nothing not in inside
    label = "Not known: grace days" if language == "en" else f"Inconnu{THIN}: jours de grâce"
    assert label in inside


def test_a_report_of_the_cals_alone_has_no_views() -> None:
    page = ALL_FORMATS["html"].render(report(small_fleet()))
    assert "view-" not in page.partition("</style>")[2]
    assert json.loads(ALL_FORMATS["json"].render(report(small_fleet())))["farm"] is None


def test_the_hosts_as_csv() -> None:
    found = {each["Host"]: each for each in rows("hosts_csv")}
    assert found["sh1"]["Verdict"] == "grace"
    assert found["sh1"]["StopsOn"] == "2026-12-03T09:12:00Z"
    assert (found["sh1"]["Critical"], found["sh1"]["Warnings"]) == ("1", "1")
    assert found["sh8"]["DiagnosisState"] == "unreachable"
    assert found["sh5"]["Todo"] == "" or found["sh5"]["Warnings"] != "0"
    assert len(found) == 9


def test_the_findings_as_csv() -> None:
    found = [(each["Host"], each["Id"]) for each in rows("findings_csv")]
    assert ("sh1", "mode_not_configured") in found
    assert ("sh8", "not_diagnosed") in found
    fix = next(each for each in rows("findings_csv") if each["Id"] == "mode_not_configured")
    assert fix["Fix"] == "policy_mode"
    assert json.loads(fix["Evidence"]) == {"mode": "not_configured", "source": "none"}


def test_the_account_as_csv_leaves_what_is_not_known_empty() -> None:
    found = {each["Type"]: each for each in rows("account_csv")}
    assert (found["per_user"]["Owned"], found["per_user"]["Missing"]) == ("80", "20")
    unknown = rows("account_csv", entitlements=None, documents=(), authorized=None)
    assert {each["Owned"] for each in unknown} == {""}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_json_follows_the_schema(language: str) -> None:
    schema = closed(json.loads(SCHEMA.read_text(encoding="utf-8")))
    body = json.loads(rendered("json", language=language))
    jsonschema.Draft202012Validator(schema).validate(body)
    assert body["farm"]["verdicts"]["unknown"] == 3
    assert body["audit"]["changes"]["since"].startswith("licensing_evidence-000003")
    unknown = json.loads(rendered("json", log=None, entitlements=None, documents=()))
    jsonschema.Draft202012Validator(schema).validate(unknown)
    assert unknown["audit"]["changes"] is None


def test_one_test_per_rule_and_host() -> None:
    found = cases()
    of_sh3 = {rule for rule, name in found if name == "sh3"}
    for rule in ALL_RULES:
        assert (rule.id in of_sh3) is (rule.scope == "session_host"), rule.id
    of_ls1 = {rule for rule, name in found if name == "ls1.example.com"}
    assert {rule.id for rule in ALL_RULES if rule.scope == "license_server"} <= of_ls1
    assert ("modes_mixed", "all hosts") in found


def test_findings_at_or_above_the_severity_fail_and_others_are_notes() -> None:
    found = cases(fail_at="error")
    failure = found["mode_not_configured", "sh1"].find("failure")
    assert failure is not None
    assert failure.attrib["type"] == "critical"
    assert found["lives_by_grace", "sh1"].find("failure") is None
    assert found["lives_by_grace", "sh1"].find("system-out") is not None
    assert cases(fail_at="warning")["lives_by_grace", "sh1"].find("failure") is not None
    assert not any(each.find("failure") is not None for each in cases(fail_at="never").values())
    assert found["account", "Windows Server 2022, Per User"].find("failure") is not None


def test_a_host_that_is_not_diagnosed_fails_and_passes_no_rule() -> None:
    found = cases()
    assert found["not_diagnosed", "sh8"].find("failure") is not None
    assert found["not_diagnosed", "sh3"].find("failure") is None
    ours = {"not_diagnosed", "diagnosis_old"}
    assert {rule for rule, name in found if name == "sh8"} == ours


def test_what_was_not_read_is_a_test_that_was_skipped() -> None:
    found = cases()
    skipped = found["signals", "sh6"].find("skipped")
    assert skipped is not None
    assert "admin events" in skipped.attrib["message"]
    assert found["signals", "sh3"].find("skipped") is None


def test_the_numbers_of_junit_add_up() -> None:
    root = ET.fromstring(rendered("junit"))
    for suite in [root, *root.findall("testsuite")]:
        tests = list(suite.iter("testcase"))
        failed = [each for each in tests if each.find("failure") is not None]
        assert int(suite.attrib["tests"]) == len(tests)
        assert int(suite.attrib["failures"]) == len(failed)


def test_a_rule_of_another_version_has_a_test_all_the_same() -> None:
    raw = {"sh1": diagnosis("licensed", finding("a_rule_to_come"))}
    found = cases(diagnoses=raw, fail_at="warning")
    assert found["a_rule_to_come", "sh1"].find("failure") is not None


def test_prometheus() -> None:
    lines = rendered("prometheus").splitlines()
    assert 'rds_hosts{verdict="unknown"} 3' in lines
    assert 'rds_hosts{verdict="misconfigured"} 0' in lines
    assert 'rds_host_verdict{host="sh1",verdict="grace"} 1' in lines
    assert 'rds_grace_days{host="sh1"} 12' in lines
    assert 'rds_host_findings{host="sh1",severity="critical"} 1' in lines
    assert not any(line.startswith("rds_grace_days") and "sh8" in line for line in lines)
    names = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(names) == len(set(names))


def test_checkmk_has_a_state_per_host() -> None:
    found = {
        match[2]: int(match[1])
        for match in re.finditer(r'^(\d) "RDS host ([^"]+)"', rendered("checkmk"), re.MULTILINE)
    }
    assert found["sh1"] == 2, "a critical finding weighs more than a warning verdict"
    assert (found["sh2"], found["sh3"], found["sh8"]) == (2, 0, 3)
    assert '"RDS hosts" expired=1|' in rendered("checkmk")


def test_nagios_names_the_worst_hosts_in_one_line() -> None:
    line = rendered("nagios")
    assert line.startswith("RDS CAL CRITICAL - ")
    assert line.count("\n") == 1
    assert "sh2: Sessions are refused" in line
    assert "'hosts_grace'=1;;;0;" in line
    healthy = {"diagnoses": {"sh3": diagnosis()}, "session_hosts": ["sh3"], "attempts": {}}
    assert rendered("nagios", **healthy).startswith("RDS CAL OK - ")


def test_prtg_counts_verdicts() -> None:
    root = ET.fromstring(rendered("prtg"))
    found = {each.findtext("channel"): each for each in root.iter("result")}
    assert found["Hosts: unknown"].findtext("value") == "3"
    assert found["Hosts: expired"].findtext("LimitMaxError") == "0.5"


def test_zabbix_discovers_hosts_in_a_file_of_their_own() -> None:
    found = {each["{#HOST}"]: each for each in json.loads(rendered("zabbix_hosts"))}
    assert (found["sh1"]["verdict"], found["sh1"]["state"]) == ("grace", 2)
    assert all("{#HOST}" not in each for each in json.loads(rendered("zabbix")))


class Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_do_no_harm_in_any_format(text: str) -> None:
    told = {"title": text, "cause": text, "remedy": text, "about": text}
    raw = diagnosis(
        "grace",
        finding("a_rule", evidence={"x": text}, **told),
        why=text,
        reason=None,
        session_host={"mode": text, "mode_source": text, "servers": [text], "version": text},
        unknown=[{"signal": text, "why": text}],
    )
    made = {name: rendered(name, diagnoses={text: raw}) for name in ALL_FORMATS}
    for tag, attributes in Tags(made["html"]).found:
        assert tag not in ("script", "img")
        assert not {name for name in attributes if name.startswith("on")}
    for name in ("junit", "prtg"):
        ET.fromstring(made[name])
    for name in ("json", "zabbix", "zabbix_hosts"):
        json.loads(made[name])
    assert made["nagios"].count("\n") == 1
    assert all(re.match(r'\d "', line) for line in made["checkmk"].splitlines())
    lines = made["prometheus"].splitlines()
    assert all(re.match(r"(# |rds_[a-z_]+\{.*\} [-+.e\d]+$)", line) for line in lines)
    for name in ("hosts_csv", "findings_csv", "account_csv"):
        for row in csv.reader(io.StringIO(made[name])):
            assert not any(cell.lstrip(" ").startswith(("=", "+", "-", "@")) for cell in row)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_two_thousand_hosts_are_a_page_that_opens(language: str) -> None:
    """Below 10 s for everything and 3 MB of page, with each host by name."""
    farm = many_hosts()
    start = time.perf_counter()
    made = viewed(farm, language, attempts={}, **ACCOUNT)
    page = ALL_FORMATS["html"].render(made)
    for name in ("json", "hosts_csv", "findings_csv", "prometheus", "checkmk", "nagios"):
        ALL_FORMATS[name].render(made)
    assert time.perf_counter() - start < 10
    assert len(page.encode()) < 3_000_000
    named = set(re.findall(r"rdsh\d{4}\.farm\d\.example\.com", page))
    assert len(named) == 2000
