# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sentences: in both languages, and each of them said somewhere."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.compliance import (
    words,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.compliance.words import (
    SENTENCES,
    sentence,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.compliance.words_fr import (
    SENTENCES_FR,
)

SOURCES = [
    path
    for folder in ("compliance", "../_evidence")
    for path in (Path(words.__file__).parent.parent / folder).glob("*.py")
    if not path.name.startswith("words")
]


def fields(text: str) -> set[str]:
    return {name for dummy, name, *rest in Formatter().parse(text) if name is not None}


def test_both_languages_say_the_same_things() -> None:
    assert set(SENTENCES) == set(SENTENCES_FR)
    for code, text in SENTENCES.items():
        assert fields(text) == fields(SENTENCES_FR[code]), code
        assert text != SENTENCES_FR[code]
        assert text.endswith(".")
        assert SENTENCES_FR[code].endswith(".")


@pytest.mark.parametrize("code", SENTENCES)
def test_every_sentence_is_used(code: str) -> None:
    texts = "".join(path.read_text(encoding="utf-8") for path in SOURCES)
    assert re.search(rf'"{code}"', texts), f"no rule says {code}"


def test_a_sentence_in_a_language() -> None:
    assert sentence("cal_not_installed", {"quantity": 3}) == "3 CALs are owned and not installed."
    assert sentence("cal_not_installed", {"quantity": 3}, "fr").startswith("3 CAL acquises")
    with pytest.raises(KeyError):
        sentence("cal_not_installed", {})
