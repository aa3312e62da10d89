# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rescue playbooks, broken off again and again at their worst places.

``make stories`` breaks them off at every place, in every way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from farm import Farm, load_scenario_dict
from interruptions.places import Break, Place
from interruptions.sites import CORRECT, MIGRATION, RECOVERY, REMOVE_FIRST, Rescue
from interruptions.trial import interrupt, undisturbed

from .runner import Controller
from .stories import LABS


@pytest.fixture
def plain_lab(tmp_path: Path) -> Iterator[LABS]:
    """Farms that take Basic without encryption: the wire is not what is tried here."""
    with ExitStack() as stack:

        def make(scenario: dict[str, Any]) -> Controller:
            plan = load_scenario_dict({"allow_unencrypted": True, **scenario})
            folder = tmp_path / str(len(list(tmp_path.iterdir())))
            folder.mkdir()
            return Controller(folder, stack.enter_context(Farm(plan)))

        yield make


WITHOUT_BUNDLE = replace(
    MIGRATION, variables={**MIGRATION.variables, "lserver_migration_backup": False}
)
"""A bundle is made in the correction."""

# The places are those where a host sees a method first. With them: why a run that follows does not
# go on at once.
WORST: list[tuple[Rescue, list[tuple[str, str, Break]], list[str]]] = [
    (
        RECOVERY,
        [
            ("ls1", "ActivateServerAutomatic", Break.GONE),
            ("ls1", "ReinstallOpenPurchaseLicenseKeyPack", Break.GONE),
            ("ls1", "ReinstallRetailPurchaseLicenseKeyPack", Break.BEFORE),
        ],
        [],
    ),
    (
        REMOVE_FIRST,
        [
            ("ls1", "UninstallLicenseKeyPackWithId", Break.GONE),
            ("ls1", "InstallOpenLicenseKeyPack", Break.GONE),
        ],
        [],
    ),
    (
        CORRECT,
        [
            ("ls1", "StopService", Break.GONE),
            ("ls1", "InstallOpenLicenseKeyPack", Break.GONE),
            ("ls1", "UninstallLicenseKeyPackWithId", Break.BEFORE),
        ],
        ["start the service TermServLicensing", "its claim ends at"],
    ),
    (
        WITHOUT_BUNDLE,
        [
            ("lsnew", "ImportAgreementLicenseKeyPack", Break.BEFORE),
            ("sh1", "SetSpecifiedLicenseServerList", Break.GONE),
            ("lsold", "DeactivateServerAutomatic", Break.GONE),
        ],
        [],
    ),
]


@pytest.mark.parametrize(
    ("rescue", "worst", "refused"), WORST, ids=[each[0].name for each in WORST]
)
def test_a_story_ends_well_however_often_it_breaks_off(
    plain_lab: LABS, rescue: Rescue, worst: list[tuple[str, str, Break]], refused: list[str]
) -> None:
    reference = undisturbed(rescue, plain_lab)
    first: dict[tuple[str, str], Place] = {}
    for place in reference.places:
        first.setdefault((place.host, place.method), place)
    breaks = [(first[host, method], how) for host, method, how in worst]
    verdict = interrupt(rescue, reference, breaks, plain_lab)
    assert verdict.wrong == []
    assert (verdict.hit, verdict.broke) == (True, True)
    assert len(verdict.refused) == len(refused), verdict.refused
    for said, words in zip(verdict.refused, refused, strict=True):
        assert words in said
