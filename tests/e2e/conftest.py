# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: a farm in this process, and a controller that runs ansible-playbook against it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from farm import Farm, load_scenario_dict

from .runner import Controller
from .stories import LABS


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LABS]:
    """Make a controller with a farm of the hosts of a scenario.

    Starting ansible-playbook takes a second, so the tests of a module share a few runs over farms
    of many hosts.
    """
    with ExitStack() as stack:

        def make(scenario: dict[str, Any], **options: Any) -> Controller:
            farm = stack.enter_context(Farm(load_scenario_dict(scenario)))
            return Controller(tmp_path_factory.mktemp("lab"), farm, **options)

        yield make


ONE_CORE = frozenset(
    {
        "test_audit",
        "test_awx_bad_input",
        "test_awx_jobs",
        "test_backup",
        "test_cal_pack",
        "test_cal_report",
        "test_diagnosis",
        "test_diagnosis_rules",
        "test_diagnosis_servers",
        "test_evidence_pack",
        "test_interrupted_stories",
        "test_issued_cal",
        "test_list_rules",
        "test_migration",
        "test_missing_groups",
        "test_mode_rules",
        "test_reinstalled",
        "test_wrong_channel",
    }
)
"""What does not depend on the version of ansible-core, and takes long: reports, rules, plans, jobs.

How modules, connections, roles and PowerShell steps get on with each version is in the others.
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of those files."""
    for item in items:
        if item.path.stem in ONE_CORE:
            item.add_marker("one_core")
