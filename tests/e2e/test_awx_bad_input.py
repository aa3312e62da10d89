# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people answer in surveys and forget in inventories, in jobs as AWX runs them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from farm import Farm, load_scenario_dict

from .awx_jobs import Awx, Job

CONFIGURE, SET_UP = "RDS - configure session hosts", "RDS - set up license servers"
COLLECT, REPORT = "RDS - collect the CAL inventory", "RDS - report the CAL inventory"
LICENSE_NUMBER, AUTHORIZATION = "81726354", "QWERTZUIOPASDFG"
PURCHASE = {"version": 2022, "type": "per_user", "quantity": 20, "channel": "open"}
PACK = {
    **PURCHASE,
    "version": "2022",
    "license_number": "{{ rds_numbers.open_2022.license_number }}",
    "authorization_number": "{{ rds_numbers.open_2022.authorization_number }}",
}
CONTACT = {
    "first_name": "Anna",
    "last_name": "Example",
    "company": "Example Corp",
    "country": "France",
}


@pytest.fixture
def awx(tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    """An AWX with a farm of the hosts, and the settings, that the test names."""
    scenario, settings = request.param
    with Farm(load_scenario_dict(scenario)) as farm:
        (tmp_path / "output").mkdir()
        yield Awx(tmp_path, farm, tmp_path / "output", **settings)


def with_hosts(hosts: dict[str, Any], **settings: Any) -> pytest.MarkDecorator:
    """The parameters of the fixture ``awx``."""
    return pytest.mark.parametrize("awx", [({"hosts": hosts}, settings)], indirect=True)


def message(job: Job, task: str) -> str:
    """What the failing task says."""
    assert job.status == "failed", job.output
    found = next(each for each in job.results(task) if each.get("failed", True) and "msg" in each)
    return " ".join(str(found["msg"]).split())


@with_hosts({"sh1": {"policy": {"mode": 4, "servers": "ls9.example.com"}}})
def test_a_list_is_text_with_commas_and_a_boolean_is_a_word(awx: Awx) -> None:
    job = awx.launch(
        CONFIGURE,
        session_host_mode="per_user",
        session_host_license_servers="ls1.example.com,ls2.example.com",
        session_host_exclusive="false",
    )
    assert job.status == "successful", job.output
    servers = job.one("Set the license servers", "sh1")
    assert servers["servers"] == ["ls9.example.com", "ls1.example.com", "ls2.example.com"]
    again = awx.launch(
        CONFIGURE,
        session_host_mode="per_user",
        session_host_license_servers="ls1.example.com",
        session_host_exclusive="true",
    )
    assert again.one("Set the license servers", "sh1")["servers"] == ["ls1.example.com"]


@with_hosts({"sh1": {}})
def test_a_word_that_is_no_boolean_is_refused(awx: Awx) -> None:
    job = awx.launch(
        CONFIGURE,
        session_host_mode="per_user",
        session_host_license_servers="ls1.example.com",
        session_host_exclusive="perhaps",
    )
    assert job.status == "failed"
    errors = [each.get("argument_errors") for each in job.results("Validating arguments")]
    assert "session_host_exclusive" in str(errors)
    assert "'perhaps' is not a valid boolean" in str(errors)
    assert not any(request.writes for request in awx.farm.hosts["sh1"].requests)


@with_hosts({"sh1": {}})
def test_blanks_around_names_do_not_count(awx: Awx) -> None:
    job = awx.launch(
        CONFIGURE,
        session_host_mode="per_user",
        session_host_license_servers=" ls1.example.com, ls2.example.com ,",
    )
    assert job.status == "successful", job.output
    servers = job.one("Set the license servers", "sh1")
    assert servers["servers"] == ["ls1.example.com", "ls2.example.com"]


@with_hosts({"sh1": {}})
def test_blanks_inside_a_name_are_refused_before_the_mode_is_set(awx: Awx) -> None:
    job = awx.launch(
        CONFIGURE,
        session_host_mode="per_user",
        session_host_license_servers="ls1.example.com ls2.example.com",
    )
    said = message(job, "Know the license servers")
    assert '"ls1.example.com ls2.example.com" cannot be the name of one.' in said
    assert awx.farm.hosts["sh1"].requests == []


@with_hosts({"sh1": {}})
@pytest.mark.parametrize("template", [COLLECT, SET_UP])
def test_an_inventory_without_the_group_fails(awx: Awx, template: str) -> None:
    """Sliced, where it is missing; otherwise where it is empty, too."""
    said = message(awx.launch(template), "Have hosts in the groups")
    assert "rds_license_servers" in said
    assert "make the groups, and put the hosts into them" in said
    assert awx.farm.hosts["sh1"].requests == []


@with_hosts({"ls1": {"roles": ["licensing"]}, "sh1": {}, "sh2": {}})
def test_a_slice_without_a_license_server_is_none_the_worse(awx: Awx) -> None:
    """The second slice has sh1 only."""
    job = awx.launch(COLLECT)
    assert job.status == "successful", job.output
    assert job.results("Collect the CAL inventory") == []
    said = " ".join(job.output.split())
    assert "rds_license_servers has no hosts in this slice of the inventory" in said


@with_hosts({"ls1": {"roles": ["licensing"]}})
def test_a_folder_that_is_lost_with_the_job_is_refused(awx: Awx) -> None:
    """The output folder of this test is on no mount of its own."""
    awx.launch(COLLECT)
    said = message(awx.launch(REPORT), "Write the report")
    assert "inside an execution environment and lost after this job" in said
    assert "cal_inventory_output_host" in said
    assert not (awx.output / "cal_inventory").exists()


@with_hosts(
    {"ls1": {"roles": ["licensing"]}}, site={"rds_awx_output_host": "archive"}, archive="archive"
)
def test_an_output_host_keeps_what_jobs_write(awx: Awx) -> None:
    assert awx.launch(COLLECT).status == "successful"
    job = awx.launch(REPORT)
    assert job.status == "successful", job.output
    (said,) = (each["msg"] for each in job.results("Say where the report lies"))
    assert said["host"] == "archive"
    assert (awx.output / "cal_inventory" / "cal_inventory.html").is_file()


BARE = {"release": "2022", "roles": [], "groups": ["rds_license_servers"]}
STOCKED: dict[str, Any] = {
    "clearinghouse": {
        "numbers": [{**PURCHASE, "number": LICENSE_NUMBER, "authorization": AUTHORIZATION}]
    },
    "hosts": {"ls1": BARE},
}
DECLARED = {
    "rds_license_servers": {"license_server_packs": [PACK], "license_server_contact": CONTACT}
}
NUMBERS = {"open_2022": {"license_number": LICENSE_NUMBER, "authorization_number": AUTHORIZATION}}


@pytest.mark.parametrize(
    "awx", [(STOCKED, {"numbers": NUMBERS, "group_variables": DECLARED})], indirect=True
)
def test_license_numbers_come_from_the_credential_and_show_nowhere(awx: Awx) -> None:
    job = awx.launch(SET_UP)
    assert job.status == "successful", job.output
    server = awx.farm.hosts["ls1"].license_server
    assert server is not None
    assert [pack.total for pack in server.packs.all() if pack.total == 20] == [20]
    again = awx.launch(SET_UP)
    assert not any(each["changed"] for each in again.results("Install the CAL packs"))
    for each in (job, again):
        for secret in (LICENSE_NUMBER, AUTHORIZATION):
            assert secret not in each.output
            assert secret not in each.artifacts


WRONG = {"open_2022": {**NUMBERS["open_2022"], "license_number": "81726355"}}


@pytest.mark.parametrize(
    "awx", [(STOCKED, {"numbers": WRONG, "group_variables": DECLARED})], indirect=True
)
def test_refused_license_numbers_show_nowhere(awx: Awx) -> None:
    job = awx.launch(SET_UP)
    assert job.status == "failed"
    assert "81726355" not in job.output + job.artifacts


@pytest.mark.parametrize("awx", [(STOCKED, {"group_variables": DECLARED})], indirect=True)
def test_without_the_credential_the_job_says_which_one_it_lacks(awx: Awx) -> None:
    job = awx.launch(SET_UP)
    assert job.status == "failed"
    said = " ".join(job.output.split()).replace("\\", "")
    assert 'The job has no license numbers: attach a credential "RDS license numbers".' in said
    assert awx.farm.hosts["ls1"].requests == []
