# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files are the database, and the base name of its logs."""

from __future__ import annotations

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.database_set import (
    NoDatabase,
    database_set,
)

FOLDER = r"C:\Windows\System32\lserver"


def test_the_set_with_logs_checkpoint_and_reserve_logs() -> None:
    names = [
        "edb.chk",
        "edb.log",
        "edb00001.log",
        "edb0000A.log",
        "edbres00001.jrs",
        "edbres00002.jrs",
        "edbtmp.log",
        "tmp.edb",
        "TLSLic.edb",
        "readme.txt",
        "other.log",
    ]
    found = database_set(FOLDER, names)
    assert (found.file, found.log_base) == ("TLSLic.edb", "edb")
    assert found.files == (
        "TLSLic.edb",
        "edb.chk",
        "edb.log",
        "edb00001.log",
        "edb0000A.log",
        "edbres00001.jrs",
        "edbres00002.jrs",
        "edbtmp.log",
    )
    assert found.path == rf"{FOLDER}\TLSLic.edb"


@pytest.mark.parametrize(
    ("names", "base"),
    [
        (["TLSLic.edb", "tls.chk", "tls.log"], "tls"),
        (["TLSLic.edb", "TLS.CHK", "tls00001.log"], "tls"),
        (["TLSLic.edb", "j50.log"], "j50"),
        (["TLSLic.edb", "abc0000000F.jtx"], "abc"),
        (["TLSLic.edb", "edb.chk", "tls.chk"], None),
        (["TLSLic.edb"], None),
    ],
)
def test_the_base_name_is_read_not_assumed(names: list[str], base: str | None) -> None:
    assert database_set(FOLDER, names).log_base == base


def test_without_a_base_name_every_log_belongs_to_the_set() -> None:
    found = database_set(FOLDER, ["TLSLic.edb", "edb.chk", "tls.chk", "res1.log"])
    assert found.files == ("TLSLic.edb", "edb.chk", "res1.log", "tls.chk")


def test_logs_of_another_base_are_not_mixed_in() -> None:
    found = database_set(FOLDER, ["TLSLic.edb", "tls.chk", "tls.log", "edb00001.log"])
    assert found.files == ("TLSLic.edb", "tls.chk", "tls.log")


def test_the_usual_name_wins() -> None:
    assert database_set(FOLDER, ["old.edb", "tlslic.EDB"]).file == "tlslic.EDB"
    assert database_set(FOLDER, ["licenses.edb"]).file == "licenses.edb"


@pytest.mark.parametrize("names", [[], ["tmp.edb", "edb.log"], ["a.edb", "b.edb"]])
def test_a_folder_without_one_database(names: list[str]) -> None:
    with pytest.raises(NoDatabase) as caught:
        database_set(FOLDER, names)
    assert FOLDER in str(caught.value)
    assert "4100" in (caught.value.advice or "")
