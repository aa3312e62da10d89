# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a report's facts come from, and which folders are lost with a container."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting import ephemeral
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.hostvars import (
    gathered_facts,
)


class TestExecutionEnvironment:
    """Folders that are lost with a container."""

    AWX = {"AWX_HOST": "https://awx.example.com"}

    @pytest.mark.parametrize(
        ("environ", "files", "inside"),
        [
            ({}, (), False),
            ({}, ("/runner",), False),
            ({}, ("/.dockerenv",), False),
            ({"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, (), False),
            ({"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, ("/runner",), True),
            ({}, ("/run/.containerenv", "/runner"), True),
            ({}, ("/.dockerenv", "/runner"), True),
            (AWX, (), True),
        ],
    )
    def test_what_is_one(
        self, environ: dict[str, str], files: tuple[str, ...], inside: bool
    ) -> None:
        assert ephemeral.execution_environment(environ, files.__contains__) is inside

    @pytest.mark.parametrize(
        ("path", "mounts", "lost"),
        [
            ("/srv/reports", ("/",), True),
            ("/srv/reports", ("/", "/srv"), False),
            ("/srv/reports", ("/", "/srv/reports"), False),
            ("/srv/../tmp/x", ("/", "/srv"), True),
            ("/runner/project/x", ("/", "/runner"), True),
            ("/runner/project/x", ("/", "/runner", "/runner/project"), True),
            ("/runners/x", ("/", "/runners"), False),
            ("/x", (), True),
        ],
    )
    def test_what_is_lost(self, path: str, mounts: tuple[str, ...], lost: bool) -> None:
        found = ephemeral.vanishes(path, self.AWX, lambda dummy: False, mounts.__contains__)
        assert found is lost

    def test_outside_nothing_is_lost(self) -> None:
        assert not ephemeral.vanishes("/x", {}, lambda dummy: False, lambda dummy: False)


class HostVars(dict[str, Any]):
    """The variables of all hosts; looking at them the templating way is an error."""

    def __getitem__(self, name: str) -> Any:
        raise AssertionError(f"{name} was templated")

    def raw_get(self, name: str) -> Any:
        return super().__getitem__(name)


class TestWhereFactsComeFrom:
    """Facts and expected hosts."""

    VARIABLES: dict[str, Any] = {
        "groups": {"rds_license_servers": ["ls1", "ls2", "ls3", "ls4"]},
        "hostvars": HostVars(
            ls1={"ansible_facts": {"rds_cal": {"a": 1}}, "rds_cal": {"old": True}},
            ls2={"ansible_facts": {}, "rds_cal": {"b": 2}},
            ls3={},
        ),
    }

    def test_from_the_hosts_of_the_group(self) -> None:
        found, hosts = gathered_facts(self.VARIABLES, None, None)
        assert found == {"ls1": {"a": 1}, "ls2": {"b": 2}}
        assert hosts == ["ls1", "ls2", "ls3", "ls4"]

    def test_from_named_hosts(self) -> None:
        found, hosts = gathered_facts(self.VARIABLES, None, ["ls2", "nobody"])
        assert (found, hosts) == ({"ls2": {"b": 2}}, ["ls2", "nobody"])

    def test_named_by_the_task(self) -> None:
        assert gathered_facts(self.VARIABLES, {"x": 1}, None) == ({"x": 1}, [])

    def test_nothing(self) -> None:
        assert gathered_facts({}, None, None) == ({}, [])
