# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The formats for tables and monitoring systems: what they say, and that no name breaks out."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting import (
    spreadsheet,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.formats import (
    FORMATS,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.model import (
    Rule,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.renderers import (
    as_csv,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.report import (
    Report,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.texts.en import (
    TEXTS,
)
from unit.reporting.inventories import (
    HOSTILE,
    built_in,
    facts,
    hostile_report,
    pack,
    report,
    small_fleet,
    small_hosts,
)


def rendered(name: str, made: Report) -> str:
    """A report in one format."""
    return FORMATS[name].render(made)


@pytest.fixture(scope="module")
def small() -> Report:
    """The small fleet, one license server of it missing."""
    fleet = small_fleet()
    return report(fleet, hosts=[*fleet, "ls4.example.com"], session_hosts=small_hosts())


def rows(text: str) -> list[dict[str, str]]:
    """The lines of a CSV."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


class TestCsv:
    """One line per pack."""

    def test_the_header_begins_with_what_administrators_use(self, small: Report) -> None:
        first = rendered("csv", small).split("\r\n")[0]
        assert first.startswith(
            "Server,KeyPackId,ProductVersion,TypeAndModel,TotalLicenses,AvailableLicenses,"
            "ExpirationDate,IssuedLicenses,Program,Type,VersionId,CollectedAt"
        )

    def test_a_pack(self, small: Report) -> None:
        row = next(
            each
            for each in rows(rendered("csv", small))
            if each["Server"] == "ls2.example.com" and each["KeyPackId"] == "4"
        )
        assert row == {
            "Server": "ls2.example.com",
            "KeyPackId": "4",
            "ProductVersion": "Windows Server 2019",
            "TypeAndModel": "RDS Per Device CAL",
            "TotalLicenses": "40",
            "AvailableLicenses": "18",
            "ExpirationDate": "2027-01-31T00:00:00Z",
            "IssuedLicenses": "22",
            "Program": "open",
            "Type": "per_device",
            "VersionId": "6",
            "CollectedAt": "2026-11-21T09:12:00Z",
            "Suite": "rds",
            "Unlimited": "false",
            "Expired": "false",
            "Counted": "counted",
            "Description": "A02-10.01-S",
            "ComputerName": "LS2",
            "FactsState": "current",
            "NewestBackup": "",
        }

    def test_an_unlimited_pack_has_no_total(self, small: Report) -> None:
        row = next(each for each in rows(rendered("csv", small)) if each["Type"] == "builtin")
        assert (row["TotalLicenses"], row["AvailableLicenses"]) == ("", "")
        assert (row["Unlimited"], row["Counted"]) == ("true", "builtin")

    def test_a_server_without_facts_has_a_line_that_says_so(self, small: Report) -> None:
        row = next(each for each in rows(rendered("csv", small)) if "ls4" in each["Server"])
        assert row["FactsState"] == "missing"
        others = set(as_csv.HEADER[1:]) - {"FactsState"}
        assert {row[name] for name in others} == {""}

    def test_the_language_changes_nothing(self, small: Report) -> None:
        french = report(
            small_fleet(),
            language="fr",
            hosts=[*small_fleet(), "ls4.example.com"],
            session_hosts=small_hosts(),
        )
        assert rendered("csv", french) == rendered("csv", small)

    @pytest.mark.parametrize("text", HOSTILE)
    def test_no_cell_is_a_formula(self, text: str) -> None:
        for row in rows(rendered("csv", hostile_report(text))):
            assert len(row) == len(as_csv.HEADER)
            assert None not in row
            for cell in row.values():
                assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))

    @pytest.mark.parametrize(
        ("text", "cell"), [("=1", "'=1"), (" =1", "' =1"), ("a=1", "a=1"), ("", ""), ("-", "'-")]
    )
    def test_safe(self, text: str, cell: str) -> None:
        assert spreadsheet.safe(text) == cell


SAMPLE = re.compile(r'[a-z_]+\{(?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)+\} -?\d+(?:\.\d+)?')


def samples(text: str) -> dict[str, dict[str, str]]:
    """Values by metric and labels."""
    found: dict[str, dict[str, str]] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            name, dummy, rest = line.partition("{")
            labels, dummy, value = rest.rpartition("} ")
            found.setdefault(name, {})[labels] = value
    return found


class TestPrometheus:
    """Samples of what is known."""

    def test_numbers(self, small: Report) -> None:
        found = samples(rendered("prometheus", small))
        of_ls1 = 'server="ls1.example.com",version="2022",type="per_user",suite="rds"'
        assert found["rds_cal_total"][f'{of_ls1},program="volume"'] == "150"
        assert found["rds_cal_total"][f'{of_ls1},program="open"'] == "50"
        assert found["rds_cal_issued"][f'{of_ls1},program="volume"'] == "141"
        assert found["rds_cal_available"][f'{of_ls1},program="open"'] == "6"
        of_ls2 = 'server="ls2.example.com",version="2019",type="per_user",suite="rds"'
        assert found["rds_cal_overissued"][of_ls2] == "7"
        assert found["rds_license_server_activated"]['server="ls1.example.com"'] == "1"
        assert found["rds_cal_facts_current"] == {
            'server="ls1.example.com"': "1",
            'server="ls2.example.com"': "1",
            'server="ls3.example.com"': "1",
            'server="ls4.example.com"': "0",
        }
        mode = 'host="rdsh19.example.com",mode="not_configured",source="none"'
        assert found["rds_license_mode"][mode] == "1"

    def test_what_is_not_known_has_no_sample(self) -> None:
        row = facts(pack(3, unlimited=True), pack(4, available=None), server={"activated": None})
        found = samples(rendered("prometheus", report({"ls1": row, "ls2": None})))
        assert "rds_cal_available" not in found
        assert "rds_license_server_activated" not in found
        assert list(found["rds_cal_total"].values()) == ["100"]
        assert list(found["rds_cal_unlimited_packs"].values()) == ["1"]

    def test_temporary_and_expired_packs_are_in_no_total(self) -> None:
        row = facts(built_in(), pack(3, program="temporary", issued=4), pack(4, expired=True))
        found = samples(rendered("prometheus", report({"ls1": row})))
        assert "rds_cal_total" not in found
        assert list(found["rds_cal_temporary_issued"].values()) == ["4"]
        assert list(found["rds_cal_expired"].values()) == ["100"]

    def test_each_metric_is_said_once(self, small: Report) -> None:
        lines = rendered("prometheus", small).splitlines()
        heads = [line for line in lines if line.startswith("# TYPE")]
        assert len(heads) == len(set(heads)) == len(samples("\n".join(lines)))

    @pytest.mark.parametrize("text", HOSTILE)
    def test_no_label_ends_early(self, text: str) -> None:
        for line in rendered("prometheus", hostile_report(text)).split("\n")[:-1]:
            assert line.startswith("# ") or SAMPLE.fullmatch(line), line


class TestNagios:
    """One line."""

    def test_the_line(self, small: Report) -> None:
        line = rendered("nagios", small)
        assert line.startswith(
            "RDS CAL CRITICAL - 4 license servers, 3 problems, 4 warnings, 1 unknown; "
            "ls2.example.com: Windows Server 2019, Per User: 7 CALs more issued"
        )
        assert "'2022_per_user_available'=15;20:;1:;0;200" in line
        assert "'2019_per_user_overissued'=7;;0;0;" in line
        assert line.count("\n") == 1

    @pytest.mark.parametrize(
        ("row", "state"),
        [
            (pack(), "OK"),
            (pack(issued=95), "WARNING"),
            (pack(issued=100), "CRITICAL"),
            (pack(program="unknown"), "UNKNOWN"),
        ],
    )
    def test_the_state(self, row: dict[str, Any], state: str) -> None:
        assert rendered("nagios", report({"ls1": facts(row)})).startswith(f"RDS CAL {state} - ")

    def test_what_is_known_to_be_bad_outweighs_the_unknown(self) -> None:
        made = report({"ls1": facts(pack(issued=95)), "ls2": None})
        assert rendered("nagios", made).startswith("RDS CAL WARNING")

    def test_an_unlimited_stock_has_no_limits(self) -> None:
        line = rendered("nagios", report({"ls1": facts(pack(3, unlimited=True))}))
        assert "available" not in line.partition("|")[2]
        assert "total" not in line.partition("|")[2]

    @pytest.mark.parametrize("text", HOSTILE)
    def test_one_line_with_one_pipe(self, text: str) -> None:
        line = rendered("nagios", hostile_report(text))
        assert line.count("|") == 1
        assert len(line.splitlines()) == 1
        data = line.strip().partition("|")[2].split()
        assert all(
            re.fullmatch(r"'[A-Za-z0-9_]+'=\d+;[\d:]*;[\d:]*;\d*;\d*", each) for each in data
        )


class TestCheckmk:
    """A local check."""

    def test_services(self, small: Report) -> None:
        lines = rendered("checkmk", small).splitlines()
        assert lines[0].startswith('2 "RDS CAL inventory" - 4 license servers')
        assert '3 "RDS license server ls4.example.com" - No facts' in "\n".join(lines)
        assert (
            '1 "RDS CAL ls1.example.com 2022 per user" issued=185|available=15;;;0;200 '
            "Windows Server 2022, Per User: 185 of 200 CALs issued, 15 free"
        ) in lines

    @pytest.mark.parametrize("text", HOSTILE)
    def test_every_line_is_one_service(self, text: str) -> None:
        lines = rendered("checkmk", hostile_report(text)).splitlines()
        assert len(lines) == 4
        assert all(
            re.match(r'[0-3] "[^"]+" (-|[a-z]+=\d+(\|[a-z]+=[\d;]+)*) .+', each) for each in lines
        )


class TestZabbix:
    """Discovery rows with values."""

    def test_rows(self, small: Report) -> None:
        found = json.loads(rendered("zabbix", small))
        row = next(each for each in found if each["{#STOCK}"] == "ls2.example.com_2019_per_user")
        assert (row["{#SERVER}"], row["{#VERSION}"]) == ("ls2.example.com", "2019")
        assert (row["total"], row["issued"], row["over_issued"], row["state"]) == (60, 67, 7, 2)

    def test_no_total_without_a_counted_pack(self) -> None:
        found = json.loads(rendered("zabbix", report({"ls1": facts(pack(unlimited=True))})))
        assert (found[0]["total"], found[0]["unlimited_packs"]) == (None, 1)

    @pytest.mark.parametrize("text", HOSTILE)
    def test_it_stays_json(self, text: str) -> None:
        assert json.loads(rendered("zabbix", hostile_report(text)))[0]["{#SERVER}"] == text


class TestPrtg:
    """Channels."""

    def test_channels(self, small: Report) -> None:
        root = ET.fromstring(rendered("prtg", small))
        found = {each.findtext("channel"): each for each in root.iter("result")}
        free = found["Free: Windows Server 2022, Per User"]
        assert (free.findtext("value"), free.findtext("LimitMinWarning")) == ("15", "19.5")
        assert found["Findings: problems"].findtext("value") == "3"
        assert root.find("error") is None

    @pytest.mark.parametrize("text", HOSTILE)
    def test_names_stay_text(self, text: str) -> None:
        root = ET.fromstring(rendered("prtg", hostile_report(text)))
        assert {each.tag for each in root} == {"result", "text"}


class TestJUnit:
    """Tests by rule and host."""

    def test_a_suite_per_rule(self, small: Report) -> None:
        root = ET.fromstring(rendered("junit", small))
        suites = {each.get("name"): each for each in root}
        over = suites["not_over_issued"]
        assert (over.get("tests"), over.get("failures"), over.get("skipped")) == ("4", "1", "1")
        cases = {each.get("name"): each for each in over}
        failure = cases["ls2.example.com"].find("failure")
        assert failure is not None
        assert failure.get("type") == "error"
        assert "7 CALs more issued than installed" in str(failure.text)
        skipped = cases["ls4.example.com"].find("skipped")
        assert skipped is not None
        assert "no readable facts" in str(skipped.get("message"))
        assert len(cases["ls1.example.com"]) == 0

    def test_missing_facts_fail(self, small: Report) -> None:
        root = ET.fromstring(rendered("junit", small))
        suite = next(each for each in root if each.get("name") == "facts_present")
        assert suite.get("failures") == "1"

    def test_the_numbers_add_up(self, small: Report) -> None:
        root = ET.fromstring(rendered("junit", small))
        for name, tag in (("tests", "testcase"), ("failures", "failure"), ("skipped", "skipped")):
            number = len(list(root.iter(tag)))
            assert int(root.get(name, "")) == number > 0
            assert sum(int(each.get(name, "")) for each in root) == number

    def test_notes_pass(self) -> None:
        row = facts(pack(), per_user={"available": False, "why": "no"})
        root = ET.fromstring(rendered("junit", report({"ls1": row})))
        assert root.get("failures") == "0"
        assert [each.text for each in root.iter("system-out")] == [
            "Windows gave no report of Per User CALs: no."
        ]

    @pytest.mark.parametrize("text", HOSTILE)
    def test_names_stay_text(self, text: str) -> None:
        root = ET.fromstring(rendered("junit", hostile_report(text)))
        tags = {each.tag for each in root.iter()}
        assert tags <= {"testsuites", "testsuite", "testcase", "failure", "skipped", "system-out"}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_nothing_at_all_can_be_said_in_every_format(name: str, language: str) -> None:
    rendered(name, report({}, language=language)).encode()
    rendered(name, report({"ls1": None}, language=language)).encode()


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("text", HOSTILE)
def test_every_format_can_be_written_in_utf_8(name: str, text: str) -> None:
    assert rendered(name, hostile_report(text)).encode()


class TestTheDocumentation:
    """docs/reports.md names what programs rely on."""

    TEXT = (Path(__file__).parents[3] / "docs" / "reports.md").read_text(encoding="utf-8")

    def test_every_rule_and_code(self) -> None:
        codes = {name.partition(".")[2] for name in TEXTS if name.startswith("finding.")}
        wanted = codes | {rule.value for rule in Rule}
        assert {name for name in wanted if f"`{name}`" not in self.TEXT} == set()

    def test_every_column(self) -> None:
        assert {name for name in as_csv.HEADER if f"`{name}`" not in self.TEXT} == set()

    def test_every_format_and_its_file(self) -> None:
        rows = {f"| `{name}` | `cal_inventory{each.suffix}` |" for name, each in FORMATS.items()}
        assert {row for row in rows if row not in self.TEXT} == set()

    def test_every_metric(self, small: Report) -> None:
        odd = report({"ls1": facts(pack(3, unlimited=True), pack(4, expired=True))})
        found = set(samples(rendered("prometheus", small) + rendered("prometheus", odd)))
        assert len(found) == 12
        assert {name for name in found if f"`{name}`" not in self.TEXT} == set()
