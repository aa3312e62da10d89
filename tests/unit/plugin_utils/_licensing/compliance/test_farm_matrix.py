# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which session hosts find a CAL, and which packs are idle."""

from __future__ import annotations

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.compliance.farm import (
    Farm,
    FarmHost,
    FarmPack,
    FarmServer,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.compliance.farm_matrix import (
    FindsCal,
    HostLine,
    PackUse,
    farm_matrix,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.version_matrix import (
    VERSIONS,
    host_accepts,
    is_documented_for_hosts,
)
from unit.plugin_utils._licensing.compliance.farms import host, pack, server

# The two tables of Microsoft Learn, session hosts by CALs of 2008, 2012, 2016, 2019, 2022 and 2025:
# y and n as they say, (y) and (n) where only the rule says it.
TABLE = {
    "2008": "y y y y (y) (y)",
    "2012": "n y y y (y) (y)",
    "2016": "n n y y y y",
    "2019": "n n n y y y",
    "2022": "(n) (n) n n y y",
    "2025": "(n) (n) n n n y",
}
CELLS = [
    (version, cal, said)
    for version, line in TABLE.items()
    for cal, said in zip(VERSIONS, line.split(), strict=True)
]


def line_of(machine: FarmHost, *servers: FarmServer) -> HostLine:
    return farm_matrix(Farm(servers, (machine,))).hosts[0]


@pytest.mark.parametrize(("version", "cal", "said"), CELLS)
def test_the_tables_of_microsoft(version: str, cal: str, said: str) -> None:
    assert host_accepts(version, cal) is ("y" in said)
    assert is_documented_for_hosts(version, cal) is ("(" not in said)
    line = line_of(host("sh1", version, "per_user", "ls1"), server(pack(cal)))
    wanted = {"y": "yes", "(y)": "probably", "n": "no", "(n)": "no"}[said]
    assert line.finds_cal == wanted


FULL = pack("2022", "per_device", 10, 10)


@pytest.mark.parametrize(
    ("machine", "servers", "finds", "reason"),
    [
        (host("a", "2022", "per_user", "ls1"), [server(pack())], "yes", "fits"),
        (host("a", "2022", "per_device", "ls1"), [server(FULL)], "yes", "fits_none_free"),
        # Per User CALs are not enforced: that all are issued stops nobody.
        (host("a", "2022", "per_user", "ls1"), [server(pack(total=4, issued=4))], "yes", "fits"),
        (host("a", "2022", "per_device", "ls1"), [server(pack())], "no", "other_type"),
        (host("a", "2025", "per_user", "ls1"), [server(pack())], "no", "cals_too_old"),
        (host("a", "2022", "per_user", "ls1"), [server()], "no", "no_cals"),
        (
            host("a", "2022", "per_user", "ls1"),
            [server(pack(place="expired"))],
            "no",
            "expired_only",
        ),
        (
            host("a", "2022", "per_user", "ls1"),
            [server(pack(place="temporary"))],
            "no",
            "no_cals",
        ),
        (
            host("a", "2022", "per_user", "ls1"),
            [server(pack(place="unlimited", total=None))],
            "yes",
            "fits",
        ),
        (
            host("a", "2022", "per_user", "ls1"),
            [server(pack(place="unreadable", total=None))],
            "unknown",
            "packs_unknown",
        ),
        (host("a", "2022", "per_user", "ls1"), [server(pack(suite="vdi"))], "unknown", "packs_unknown"),
        (host("a", "2022", "per_user", "ls1"), [server(pack("unknown"))], "unknown", "packs_unknown"),
        (host("a", None, "per_user", "ls1"), [server(pack())], "unknown", "packs_unknown"),
        (
            host("a", "2022", "per_user", "ls1"),
            [server(pack(), activated=False)],
            "no",
            "server_not_activated",
        ),
        (
            host("a", "2022", "per_user", "ls1"),
            [server(pack(), activated=None)],
            "unknown",
            "activation_unknown",
        ),
        (host("a", "2022", "per_user", "other?"), [server(pack())], "unknown", "server_unknown"),
        (host("a", "2022", "per_user", "ls1"), [server(known=False)], "unknown", "server_unknown"),
        (host("a", "2022", "per_user"), [server(pack())], "no", "no_server"),
        (host("a", "2022", "not_configured", "ls1"), [server(pack())], "no", "mode_not_configured"),
        (host("a", "2022", "unknown", "ls1"), [server(pack())], "unknown", "mode_unknown"),
        (FarmHost("a", "2022", "per_user", None), [server(pack())], "unknown", "servers_unknown"),
        (
            host("a", "2022", "remote_administration"),
            [server(pack())],
            "not_needed",
            "no_cal_needed",
        ),
    ],
)  # fmt: skip
def test_whether_a_host_finds_a_cal(
    machine: FarmHost, servers: list[FarmServer], finds: str, reason: str
) -> None:
    line = line_of(machine, *servers)
    assert (line.finds_cal, line.reason) == (finds, reason)
    assert line.why
    assert "{" not in line.why
    assert line.as_dict()["finds_cal"] == finds


def test_the_best_of_several_license_servers_counts() -> None:
    machine = host("a", "2022", "per_user", "ls1", "ls2")
    old, good = server(pack("2019")), server(pack(), name="ls2")
    assert line_of(machine, old, good).finds_cal is FindsCal.YES
    # One that says no is no answer while another one cannot be asked.
    assert line_of(machine, old, server(known=False, name="ls2")).finds_cal is FindsCal.UNKNOWN
    off = server(pack(), name="ls2", activated=False)
    assert line_of(machine, server(), off).reason == "server_not_activated"


@pytest.mark.parametrize(
    ("key_pack", "hosts", "use", "reason"),
    [
        (pack(), [host("a", "2022", "per_user", "ls1")], "used", "pack_used"),
        (pack("2025"), [host("a", "2012", "per_user", "ls1")], "probably", "pack_probably"),
        (pack("2019"), [host("a", "2022", "per_user", "ls1")], "idle", "idle_too_old"),
        (pack(), [host("a", "2022", "per_device", "ls1")], "idle", "idle_other_mode"),
        (pack(), [host("a", "2022", "per_user", "ls2")], "idle", "idle_in_no_list"),
        (pack(), [host("a", "2022", "not_configured", "ls1")], "idle", "idle_other_mode"),
        (pack(), [], "unknown", "no_hosts"),
        (pack(suite="vdi"), [host("a", "2022", "per_user", "ls1")], "unknown", "pack_not_comparable"),
        (pack(), [host("a", "2022", "unknown", "ls1")], "unknown", "pack_use_unknown"),
        (pack(), [host("a", None, "per_user", "ls1")], "unknown", "pack_use_unknown"),
        (pack(), [host("a", "2022", "per_user", "alias?")], "unknown", "pack_use_unknown"),
        # Its list is not known, but whatever stands there, it does not accept the pack.
        (pack("2019"), [FarmHost("a", "2022", "per_user", None)], "idle", "idle_in_no_list"),
        (pack(), [FarmHost("a", "2022", "per_user", None)], "unknown", "pack_use_unknown"),
    ],
)  # fmt: skip
def test_whether_a_pack_is_used(
    key_pack: FarmPack, hosts: list[FarmHost], use: str, reason: str
) -> None:
    line = farm_matrix(Farm((server(key_pack),), tuple(hosts))).packs[0]
    assert (line.use, line.reason) == (use, reason)
    assert line.why
    assert "{" not in line.why


def test_a_farm_after_an_upgrade() -> None:
    machines = tuple(host(f"sh{number:02}", "2022", "per_user", "ls1") for number in range(12))
    newest = pack("2025", number=5)
    farm = Farm((server(pack("2022")), server(newest, name="ls2")), machines)
    assert not farm_matrix(farm).without_cal
    after = farm_matrix(farm.with_hosts_at("2025"))
    assert len(after.without_cal) == 12
    assert [each.server for each in after.idle] == ["ls1", "ls2"]
    one = farm_matrix(farm.with_hosts_at("2025", ["sh03"]))
    assert one.without_cal == ("sh03",)
    with pytest.raises(ValueError, match="2023"):
        farm.with_hosts_at("2023")


def test_the_matrix_as_data() -> None:
    machines = (host("a", "2022", "per_user", "ls1"), host("b", "2025", "per_user", "ls1"))
    shown = farm_matrix(Farm((server(pack(), pack(place="expired")),), machines)).as_dict()
    assert shown["counts"] == {"not_needed": 0, "yes": 1, "probably": 0, "unknown": 0, "no": 1}
    assert shown["without_cal"] == ["b"]
    (only,) = shown["packs"]
    assert (only["use"], only["hosts"], PackUse(only["use"])) == ("used", 1, PackUse.USED)
