# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The life of the license database: what the service shows after a start is what the file holds."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from farm import Farm, ScenarioError, load_scenario_dict
from farm.model import file_faults as codes
from farm.model.ese_file import read_header, read_state
from farm.model.ese_header import CLEAN, DIRTY
from farm.model.event_kinds import LICENSING
from farm.model.file_faults import FileError
from farm.model.host import Host
from farm.model.issued_licenses import STATUS_REVOKED
from farm.model.license_database import ACCESS, DATABASE, LicenseDatabase
from farm.model.license_server import LicenseServer
from farm.model.services import ALREADY_RUNNING, CANNOT_ACCEPT, Service

from .conftest import FarmOf
from .soap_client import CIMV2, SoapClient

FOLDER = "C:\\Windows\\system32\\lserver"
EDB = f"{FOLDER}\\{DATABASE}"
PACKS = [
    {"type": "per_device", "version": "2022", "total": 50, "issued": 7},
    {"type": "per_user", "version": "2019", "total": 20, "program": "retail"},
]
Machine = Callable[..., Host]


@pytest.fixture
def machine() -> Iterator[Machine]:
    """A license server whose service starts and stops at once; keywords are its database's."""
    farms: list[Farm] = []

    def make(**license_server: Any) -> Host:
        ls1 = {"roles": ["licensing"], "license_server": {"packs": PACKS, **license_server}}
        farms.append(Farm(load_scenario_dict({"hosts": {"ls1": ls1}})))
        host = farms[-1].hosts["ls1"]
        host.services["TermServLicensing"].seconds = 0
        return host

    yield make
    for farm in farms:
        farm.stop()


def _logged(host: Host) -> list[int]:
    """Events of the licensing service, the newest first."""
    return [each.code for each in host.events.records("System") if each.source == LICENSING]


def _service(host: Host) -> Service:
    return host.services["TermServLicensing"]


def _server(host: Host) -> LicenseServer:
    assert host.license_server is not None
    return host.license_server


def _database(host: Host) -> LicenseDatabase:
    return _server(host).database


def _totals(host: Host) -> list[tuple[int, int]]:
    return [(pack.total, pack.issued) for pack in _server(host).packs.all() if pack.bought]


def _stop(host: Host) -> None:
    assert _service(host).stop() == 0
    assert _service(host).state == "Stopped"


def _start(host: Host) -> str:
    """The state that the service ends in; StartService itself answers 0 in any case."""
    assert _service(host).start() == 0
    return _service(host).state


def _saved(host: Host) -> dict[str, bytes]:
    files = host.files
    return {e.name: files.real(e.path).read_bytes() for e in files.list_folder(FOLDER)}


def _put(host: Host, saved: dict[str, bytes]) -> None:
    for entry in host.files.list_folder(FOLDER):
        host.files.delete(entry.path)
    for name, data in saved.items():
        host.files.place(f"{FOLDER}\\{name}", data)


def _state(host: Host) -> int:
    with host.files.real(EDB).open("rb") as file:
        return read_header(file).state


# -- the usual life -------------------------------------------------------------------------


def test_nothing_is_made_before_somebody_looks(machine: Machine) -> None:
    host = machine()
    _stop(host)
    assert _start(host) == "Running"
    assert _database(host)._files is None
    assert _totals(host) == [(50, 7), (20, 0)]


@pytest.mark.parametrize("base", ["edb", "tls"])
def test_a_running_service_holds_its_files(machine: Machine, base: str) -> None:
    host = machine(database={"log_base": base})
    names = [entry.name for entry in host.files.list_folder(FOLDER)]
    suffixes = [".chk", ".log", "00001.log", "res00001.jrs", "res00002.jrs"]
    assert sorted(names) == sorted([DATABASE, *(base + suffix for suffix in suffixes)])
    assert host.files.stat(FOLDER).sddl == ACCESS
    assert _state(host) == DIRTY
    for name in names:
        with pytest.raises(FileError) as caught:
            host.files.open(f"{FOLDER}\\{name}", "read", "readwrite")
        assert caught.value.hresult == codes.SHARING_VIOLATION
    _stop(host)
    assert _state(host) == CLEAN
    for name in names:
        host.files.open(f"{FOLDER}\\{name}", "read", "readwrite").close()


def test_the_files_are_held_until_the_service_has_stopped(machine: Machine) -> None:
    host = machine()
    host.files.stat(EDB)
    _service(host).seconds = 0.2
    _service(host).stop()
    with pytest.raises(FileError):
        host.files.open(EDB)
    deadline = time.monotonic() + 10
    while True:
        try:
            host.files.open(EDB).close()
        except FileError:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        else:
            break
    assert _service(host).state == "Stopped"


def test_a_service_that_starts_holds_the_files_at_once(machine: Machine) -> None:
    host = machine()
    host.files.stat(EDB)
    _stop(host)
    _service(host).seconds = 60
    _service(host).start()
    assert _service(host).state == "Start Pending"
    with pytest.raises(FileError):
        host.files.open(EDB)


def test_all_of_the_state_comes_back(machine: Machine) -> None:
    rows = [{"pack": 2, "computer": "PC1", "expires": "forever"}, {"pack": 2, "computer": "PC2"}]
    host = machine(issued=1000, issued_rows=rows)
    server = _server(host)
    host.files.stat(EDB)
    server.issue(2, "PC3")
    first = next(iter(server.issued.of_packs({2})))
    server.issued.revoke(first, host.clock.now())
    before = (server.packs.all(), list(server.issued), server.issued.content())
    _stop(host)
    server.packs.replace([])
    server.issued.replace([], [], {}, 0)
    assert _start(host) == "Running"
    assert (server.packs.all(), list(server.issued), server.issued.content()) == before
    found = server.issued.find(first.license_id, 2)
    assert found is not None
    assert found.status == STATUS_REVOKED


def test_starts_are_counted(machine: Machine) -> None:
    host = machine()
    host.files.stat(EDB)
    assert _service(host).starts == 0
    assert _service(host).start() == ALREADY_RUNNING
    _stop(host)
    assert _service(host).starts == 0
    _start(host)
    assert _service(host).starts == 1


def test_two_who_start_it_at_once_start_it_once(machine: Machine) -> None:
    host = machine()
    host.files.stat(EDB)
    _stop(host)
    _service(host).seconds = 0.2
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda dummy: _service(host).start(), range(8)))
    assert sorted(results) == [0] + [CANNOT_ACCEPT] * 7
    assert (_service(host).starts, _server(host).start_failures) == (1, [])


def test_an_old_database_brings_the_old_packs_back(machine: Machine) -> None:
    host = machine()
    host.files.stat(EDB)
    _stop(host)
    saved = _saved(host)
    _start(host)
    server = _server(host)
    server.packs.remove(2)
    server.packs.add(5, 8, 1, 99)
    _stop(host)
    assert _totals(host) == [(20, 0), (99, 0)]
    _put(host, saved)
    assert _start(host) == "Running"
    assert _totals(host) == [(50, 7), (20, 0)]
    assert (server.start_failures, server.start_notes) == ([], [])


def test_a_restart_of_the_machine_closes_the_database(machine: Machine) -> None:
    host = machine()
    host.files.stat(EDB)
    _server(host).packs.add(5, 8, 1, 99)
    host.power.turn_on()
    assert _service(host).state == "Running"
    assert _service(host).starts == 1
    assert _totals(host)[-1] == (99, 0)
    assert _server(host).start_failures == []


def test_a_role_that_comes_back_has_a_new_database(machine: Machine) -> None:
    host = machine()
    host.files.stat(EDB)
    host.features.remove(["RDS-Licensing"])
    host.files.open(EDB).close()
    host.features.install(["RDS-Licensing"], tools=False)
    host.services["TermServLicensing"].seconds = 0
    assert _totals(host) == []
    _stop(host)
    assert _start(host) == "Running"
    assert _totals(host) == []


# -- empty databases ------------------------------------------------------------------------


@pytest.mark.parametrize("folder_too", [False, True])
def test_without_files_the_service_makes_an_empty_database(
    machine: Machine, folder_too: bool
) -> None:
    host = machine()
    host.files.stat(EDB)
    _stop(host)
    server = _server(host)
    identity = (server.activated, server.license_server_id, server.product_id)
    host.files.rename(FOLDER, FOLDER + ".old")
    if not folder_too:
        host.files.make_folder(FOLDER, ACCESS)
    assert _start(host) == "Running"
    assert [pack.bought for pack in server.packs.all()] == [False]
    assert server.issued.count() == 0
    assert (server.activated, server.license_server_id, server.product_id) == identity
    assert server.start_notes == ["88: a new, empty database was made"]
    assert _logged(host) == [88]
    assert host.files.stat(FOLDER).sddl == ACCESS
    assert host.files.stat(FOLDER + ".old\\" + DATABASE).bytes > 0
    _stop(host)
    assert _start(host) == "Running"


def test_an_empty_database_has_new_signatures(machine: Machine) -> None:
    host = machine()
    host.files.stat(EDB)
    _stop(host)
    old = _saved(host)
    _put(host, {})
    _start(host)
    _stop(host)
    _put(host, {**_saved(host), DATABASE: old[DATABASE]})
    assert _start(host) == "Stopped"
    assert "another database" in _server(host).start_failures[0]


# -- what the service does not start on -----------------------------------------------------


def _dirty(host: Host) -> dict[str, bytes]:
    """The files of a service that was cut off."""
    _database(host).flush()
    return _saved(host)


def test_a_dirty_database_comes_back_with_its_logs(machine: Machine) -> None:
    host = machine()
    host.files.stat(EDB)
    _server(host).packs.add(5, 8, 1, 99)
    saved = _dirty(host)
    _stop(host)
    _put(host, {})
    _start(host)
    _stop(host)
    _put(host, saved)
    assert _state(host) == DIRTY
    assert _start(host) == "Running"
    assert _totals(host)[-1] == (99, 0)


def test_a_dirty_database_needs_its_logs(machine: Machine) -> None:
    host = machine()
    host.files.stat(EDB)
    saved = _dirty(host)
    _stop(host)
    clean = _saved(host)
    _put(host, {DATABASE: saved[DATABASE]})
    assert _start(host) == "Stopped"
    assert "logs are missing" in _server(host).start_failures[0]
    assert _service(host).starts == 1
    _put(host, {DATABASE: clean[DATABASE]})
    assert _start(host) == "Running", "a clean one does without them"
    _stop(host)
    assert sorted(_saved(host)) == sorted(clean)


@pytest.mark.parametrize(
    ("places", "state"),
    [
        ((100,), "Running"),
        ((8192 + 100,), "Running"),
        ((100, 8192 + 100), "Stopped"),
        ((41 * 8192 + 60,), "Stopped"),
        ((5 * 8192 + 60,), "Stopped"),
        ((60 * 8192,), "Running"),
    ],
)
def test_damage_is_noticed_where_it_matters(
    machine: Machine, places: tuple[int, ...], state: str
) -> None:
    """One copy of the header, both, a page of the state, the catalog, a page never used."""
    host = machine()
    host.files.stat(EDB)
    _stop(host)
    data = bytearray(_saved(host)[DATABASE])
    for place in places:
        data[place] ^= 1
    host.files.place(EDB, bytes(data))
    assert _start(host) == state
    assert len(_server(host).start_failures) == int(state == "Stopped")
    assert _logged(host) == ([9] if state == "Stopped" else [])


@pytest.mark.parametrize(
    "sddl",
    [
        ACCESS.replace("O:SY", "O:BA"),
        ACCESS.replace("(A;OICI;FA;;;NS)", ""),
        ACCESS.replace("PAI", "AI"),
    ],
)
def test_the_folder_needs_its_permissions(machine: Machine, sddl: str) -> None:
    host = machine()
    host.files.stat(EDB)
    _stop(host)
    host.files.set_sddl(FOLDER, sddl)
    assert _start(host) == "Stopped"
    assert _server(host).start_failures[0].startswith("4100")
    assert _logged(host) == [4100]
    host.files.set_sddl(FOLDER, ACCESS)
    assert _start(host) == "Running"
    assert _logged(host) == [4100]


def test_the_service_does_not_start_on_a_file_that_is_held(machine: Machine) -> None:
    host = machine()
    host.files.stat(EDB)
    _stop(host)
    with host.files.open(EDB, "read", "readwrite"):
        assert _start(host) == "Stopped"
    assert "being used by another process" in _server(host).start_failures[0]
    assert _start(host) == "Running"


def test_a_full_disk_leaves_the_database_dirty(machine: Machine) -> None:
    host = machine()
    host.files.stat(EDB)
    host.files.drives["C:"].free = 0
    for number in range(3000):
        _server(host).issue(2, uuid.uuid5(uuid.NAMESPACE_DNS, str(number)).hex)
    _stop(host)
    assert "not enough space" in _server(host).start_notes[0]
    assert _state(host) == DIRTY
    host.files.open(EDB).close()


def test_the_database_of_another_machine_loses_what_was_not_issued(machine: Machine) -> None:
    host = machine()
    host.files.stat(EDB)
    _stop(host)
    host.machine_id = uuid.uuid4()
    assert _start(host) == "Running"
    assert _totals(host) == [(7, 7)]
    assert _server(host).start_notes == [
        "The database of another machine: 63 unissued licenses were not restored"
    ]


# -- copies ---------------------------------------------------------------------------------


def test_a_recovered_copy_is_clean_and_of_now(machine: Machine) -> None:
    host = machine()
    host.files.stat(EDB)
    _server(host).packs.add(5, 8, 1, 99)
    copy = _database(host).recovered()
    with copy.open("rb") as file:
        assert read_header(file).state == CLEAN
        packs: Any = read_state(file, 8192)["packs"]
    assert [pack["total"] for pack in packs][-1] == 99
    assert _state(host) == DIRTY
    _database(host).flush()
    data = copy.read_bytes()
    copy.unlink()
    _stop(host)
    _put(host, {DATABASE: data})
    assert _start(host) == "Running"
    assert _totals(host)[-1] == (99, 0)


def test_a_frozen_folder_is_dirty_with_its_logs(machine: Machine) -> None:
    host = machine()
    host.files.stat(EDB)
    _server(host).packs.add(5, 8, 1, 99)
    _database(host).flush()
    frozen = host.files.freeze(FOLDER)
    saved = {path.split("\\")[-1]: real.read_bytes() for path, real in frozen.items()}
    _server(host).packs.remove(3)
    _stop(host)
    _put(host, saved)
    assert _start(host) == "Running"
    assert _totals(host) == [(50, 7), (20, 0), (99, 0)]


# -- sizes ----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [4096, 8192])
@pytest.mark.parametrize("fill", ["empty", "noise"])
def test_a_database_may_be_large(machine: Machine, size: int, fill: str) -> None:
    host = machine(database={"mib": 3, "fill": fill, "page_size": size})
    free = host.files.drives["C:"].left
    assert host.files.stat(EDB).bytes == 3 << 20
    _server(host).packs.add(5, 8, 1, 99)
    _stop(host)
    assert host.files.stat(EDB).bytes == 3 << 20
    tail = host.files.real(EDB).read_bytes()[-(1 << 20) :]
    assert any(tail) == (fill == "noise")
    assert host.files.drives["C:"].left == free
    assert _start(host) == "Running"
    assert _totals(host)[-1] == (99, 0)


def test_a_large_empty_database_costs_no_space_here(machine: Machine) -> None:
    host = machine(database={"mib": 2048})
    real = host.files.real(EDB)
    assert real.stat().st_size == 2 << 30
    assert real.stat().st_blocks * 512 < 4 << 20
    copy = _database(host).recovered()
    assert copy.stat().st_blocks * 512 < 4 << 20


def test_the_database_may_be_on_another_drive(machine: Machine) -> None:
    host = machine(database_path="d:\\licenses")
    assert host.files.stat("D:\\licenses\\TLSLic.edb").bytes > 0
    assert sorted(host.files.drives) == ["C:", "D:"]


def test_laying_out_takes_no_free_space() -> None:
    drive = {"drives": {"C:": {"free": 1000}}, "roles": ["licensing"]}
    farm = Farm(load_scenario_dict({"hosts": {"ls1": drive}}))
    assert farm.hosts["ls1"].files.drives["C:"].left == 1000
    farm.stop()


@pytest.mark.parametrize(
    ("given", "why"), [({"page_size": 5000}, "4096 or 8192"), ({"fill": "x"}, "not one of")]
)
def test_a_database_that_cannot_be_is_refused(given: dict[str, Any], why: str) -> None:
    hosts = {"ls1": {"roles": ["licensing"], "license_server": {"database": given}}}
    with pytest.raises(ScenarioError, match=why):
        load_scenario_dict({"hosts": hosts})


# -- seen from outside ----------------------------------------------------------------------


def test_a_service_that_cannot_start_is_seen_as_stopped(farm_of: FarmOf) -> None:
    farm = farm_of(ls1={"roles": ["licensing"]})
    host = farm.hosts["ls1"]
    host.services["TermServLicensing"].seconds = 0
    client = SoapClient(farm, "ls1")
    service = CIMV2 + "Win32_Service"
    name = {"Name": "TermServLicensing"}
    host.files.stat(EDB)
    first = client.get(service, name).value("ProcessId")
    assert client.invoke(service, "StopService", (), name).value("ReturnValue") == "0"
    host.files.set_sddl(FOLDER, "O:BAG:SYD:P(A;OICI;FA;;;BA)")
    assert client.invoke(service, "StartService", (), name).value("ReturnValue") == "0"
    assert client.get(service, name).value("State") == "Stopped"
    host.files.set_sddl(FOLDER, ACCESS)
    assert client.invoke(service, "StartService", (), name).value("ReturnValue") == "0"
    assert client.get(service, name).value("State") == "Running"
    assert client.get(service, name).value("ProcessId") != first, "another process"


def test_modified_times_are_those_of_the_host(machine: Machine) -> None:
    host = machine()
    before = host.files.stat(EDB).modified
    _stop(host)
    host.clock.advance(timedelta(hours=2))
    assert host.files.stat(EDB).modified - before < timedelta(minutes=1)
    _start(host)
    assert host.files.stat(EDB).modified - before >= timedelta(hours=2)
