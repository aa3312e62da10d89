# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A row of purchased CALs as an option, for modules that plan or describe but do not install."""

from __future__ import annotations

import typing as t

from .rds_cal_pack import SPEC

PURCHASE: dict[str, dict[str, t.Any]] = SPEC.options["packs"]["options"]
"""The same suboptions as ``rds_cal_pack``. Which numbers belong to a channel is not required here:
a plan says which are missing."""
