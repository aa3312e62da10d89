# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/rules.md is what the rules say."""

from __future__ import annotations

from pathlib import Path

import rule_catalogue
from ansible_collections.remote_desktop.licensing.plugins.module_utils._specs.rds_licensing_diagnosis import (
    GROUPS as OFFERED,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis.catalogue import (
    ALL_RULES,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis.collecting import (
    GROUPS,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis.verdict import (
    Word,
)

DOCS = Path(__file__).parents[5] / "docs"


def test_the_page_is_made_from_the_rules() -> None:
    assert (DOCS / "rules.md").read_text(encoding="utf-8") == rule_catalogue.page(), (
        "make it anew: tests/tools/rule_catalogue.py docs/rules.md"
    )


def test_the_page_has_every_rule_once() -> None:
    page = rule_catalogue.page()
    for rule in ALL_RULES:
        assert page.count(f"### `{rule.id}`\n") == 1


def test_the_docs_of_the_diagnosis_tell_every_verdict_and_group() -> None:
    text = (DOCS / "diagnosis.md").read_text(encoding="utf-8")
    for each in (*Word, *GROUPS):
        assert f"`{each}`" in text


def test_the_module_offers_the_groups_that_there_are() -> None:
    assert tuple(OFFERED) == GROUPS
