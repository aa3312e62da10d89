# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cases of the farm against the catalogue of the collection: none is missing."""

from __future__ import annotations

from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis import (
    catalogue,
)
from farm.cases import CASES


def test_every_rule_has_a_case_and_every_case_a_rule() -> None:
    assert set(CASES) == set(catalogue.BY_ID)
