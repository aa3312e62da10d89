# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: the configuration at a site that uses everything, and as it comes."""

from __future__ import annotations

import pytest
from unit.awx.configuration import SITE, Json, render


@pytest.fixture(scope="session")
def objects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Json]]:
    """What is configured at a site that uses everything."""
    return render(SITE, tmp_path_factory.mktemp("awx"))


@pytest.fixture(scope="session")
def plain_objects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Json]]:
    """What is configured when nothing is set."""
    return render("", tmp_path_factory.mktemp("awx"))
