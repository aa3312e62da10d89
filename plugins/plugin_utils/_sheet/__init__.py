# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sheet for a call to the Microsoft Clearinghouse.

- ``model``        what stands on it
- ``build``        from the options of ``rds_clearinghouse_sheet`` to that
- ``numbers``      license numbers as they are printed: masked, unless asked for
- ``wording``      sentences in English and French; ``english`` and ``french`` are the catalogs
- ``as_markdown``, ``as_html``  the two forms of it
- ``delivery``     which files are written, and where

It takes words and the look from ``_reporting``, and imports nothing of ``_cim`` or ``_licensing``.
"""
