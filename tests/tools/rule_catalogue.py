# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write docs/rules.md from the rules themselves; a test holds the page against them.

Run it in the copy that lay_out.py makes, from the collection's folder:

    PYTHONPATH=../../.. python tests/tools/rule_catalogue.py docs/rules.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis import (
    catalogue,
    findings,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._texts.rule_texts import (
    rule_texts,
)

_HEAD = """\
<!--
Copyright (c) 2026 remote_desktop.licensing contributors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-License-Identifier: GPL-3.0-or-later
-->

# The rules of the diagnosis

Every finding of a report or of `rds_licensing_diagnosis` has the id of one of these rules: look for
it here. [The diagnosis](diagnosis.md) tells what a verdict is and how it is reached.

The id of a rule never changes: playbooks, monitors and reports may rely on it. Values in braces
come from the evidence of the finding. A signal that could not be read makes no rule fire.
"""
_SEVERITIES = {
    findings.Severity.CRITICAL: "sessions are refused, or will be",
    findings.Severity.ERROR: "a part of it does not work",
    findings.Severity.WARNING: "it may stop working, or somebody will be misled",
    findings.Severity.NOTE: "worth knowing",
}
_SCOPES = {
    findings.Scope.SESSION_HOST: "Session hosts",
    findings.Scope.LICENSE_SERVER: "License servers",
    findings.Scope.FARM: "The whole farm",
}


def page() -> str:
    """The whole page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _HEAD
    yield "| Severity | Means |"
    yield "|---|---|"
    for severity, meaning in _SEVERITIES.items():
        yield f"| {severity} | {meaning} |"
    yield ""
    yield "## Which rule answers which trouble"
    yield ""
    yield "| Trouble | Rules |"
    yield "|---|---|"
    for row, trouble in catalogue.TROUBLESHOOTING.items():
        rules = [rule.id for rule in catalogue.ALL_RULES if row in rule.rows]
        yield f"| {trouble} | {', '.join(f'[`{each}`](#{each})' for each in rules)} |"
    for scope, title in _SCOPES.items():
        yield ""
        yield f"## {title}"
        for rule in sorted(catalogue.ALL_RULES, key=lambda each: each.severity.rank):
            if rule.scope is scope:
                yield ""
                yield from _of_rule(rule)
    yield ""
    yield "`tests/tools/rule_catalogue.py` makes this page from the code; a test holds them equal."


def _of_rule(rule: findings.Rule) -> Iterator[str]:
    words = rule_texts("en").template(rule.id)
    yield f"### `{rule.id}`"
    yield ""
    yield f"**{rule.severity}**: {words.title}."
    yield ""
    yield words.cause
    yield ""
    yield f"What to do: {words.remedy}"
    yield ""
    yield f"- Reads: {', '.join(rule.reads)}"
    if rule.fixes:
        fixes = " or ".join(f"`{each}`" for each in rule.fixes)
        yield f"- Fix: {fixes}"
    if rule.blocks:
        yield f"- Decides the verdict ({rule.blocks})"
    yield f"- Source: {rule.source}"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
