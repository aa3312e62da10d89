# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of purchased CALs, for modules that plan or describe but do not install."""

from __future__ import annotations

from typing import ClassVar

_ROW = r"""
      channel:
        description:
          - What the CALs were bought or obtained with.
        type: str
        choices: [retail, open, agreement, key_pack_id]
        required: true
      version:
        description:
          - The Windows Server version of the CALs.
        type: str
        choices: ["2008", "2012", "2016", "2019", "2022", "2025"]
        required: true
      type:
        description:
          - Whom the CALs are for.
        type: str
        choices: [per_user, per_device]
        required: true
      quantity:
        description:
          - How many CALs this purchase brings.
        type: int
        required: true
      program:
        description:
          - Under which program Windows files the CALs. Left out, it follows from the channel.
        type: str
        choices: [retail, volume, open]
      method:
        description:
          - How the CALs come onto the license server.
        type: str
        choices: [install, reinstall, import]
        default: install
      license_code:
        description:
          - The product key of a retail pack.
        type: str
      license_number:
        description:
          - The license number of an Open License.
        type: str
      authorization_number:
        description:
          - The authorization number of an Open License.
        type: str
      agreement_type:
        description:
          - The kind of the agreement.
        type: str
        choices: [select, enterprise, campus, school, spla, other]
      agreement_number:
        description:
          - The number of the agreement or enrollment.
        type: str
      key_pack_code:
        description:
          - The 35-character key pack ID that Microsoft gave.
        type: str
      source_server:
        description:
          - The name of the license server that the CALs come from.
        type: str
      source_product_id:
        description:
          - The 35-character ID of that license server.
        type: str
"""
"""The suboptions of a purchase, as deep as they stand below an option."""


class ModuleDocFragment:
    """The options, as rds_cal_pack has them."""

    # With their types, because ansible-test's yamllint stops at a plain assignment of anything that
    # is put together.
    DOCUMENTATION: ClassVar[str] = (
        r"""
options:
  packs:
    description:
      - The purchases, as M(remote_desktop.licensing.rds_cal_pack) takes them. No number is returned.
    type: list
    elements: dict
    default: []
    suboptions:"""
        + _ROW
    )

    OWN: ClassVar[str] = (
        r"""
options:
  own_packs:
    description:
      - Purchases that the license server has of its own and that stand before those of O(packs), in the same form.
    type: list
    elements: dict
    default: []
    suboptions:"""
        + _ROW
    )
