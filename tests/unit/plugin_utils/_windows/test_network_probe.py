# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The network as a host sees it: what the step is given, and what its answers mean."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import BadAnswer
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows import (
    network_probe,
)

RESOLVED = {"name": "ls1", "addresses": ["10.0.0.1"], "error": None}
OPEN = {"host": "ls1", "port": 135, "open": True, "error": None}


def answer(monkeypatch: pytest.MonkeyPatch, output: dict[str, Any]) -> list[tuple[Any, ...]]:
    given: list[tuple[Any, ...]] = []

    def run(*arguments: Any) -> dict[str, Any]:
        given.append(arguments)
        return output

    monkeypatch.setattr(network_probe, "run_operation", run)
    return given


def test_names_and_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    shut = {"host": "ls2", "port": 135, "open": False, "error": "no answer"}
    nameless = {"name": "ls2", "addresses": [], "error": "unknown"}
    given = answer(monkeypatch, {"resolved": [RESOLVED, nameless], "tcp": [OPEN, shut]})
    found = network_probe.probe_network("c", ["ls1", "ls2"], [("ls1", 135), ("ls2", 135)], 3)
    assert found.resolved == (
        network_probe.Resolution("ls1", ("10.0.0.1",)),
        network_probe.Resolution("ls2", (), "unknown"),
    )
    assert found.tcp == (
        network_probe.PortProbe("ls1", 135, True),
        network_probe.PortProbe("ls2", 135, False, "no answer"),
    )
    assert given == [
        (
            "c",
            "probe_network",
            {
                "names": ["ls1", "ls2"],
                "tcp": [{"host": "ls1", "port": 135}, {"host": "ls2", "port": 135}],
                "seconds": 3,
            },
        )
    ]


@pytest.mark.parametrize(
    "output",
    [
        {},
        {"resolved": [RESOLVED]},
        {"resolved": None, "tcp": []},
        {"resolved": [{"name": "x"}], "tcp": []},
        {"resolved": [], "tcp": [{**OPEN, "port": "rpc"}]},
    ],
)
def test_a_broken_answer_is_an_error(
    monkeypatch: pytest.MonkeyPatch, output: dict[str, Any]
) -> None:
    answer(monkeypatch, output)
    with pytest.raises(BadAnswer, match="what it should not"):
        network_probe.probe_network("c", [], [], 3)
