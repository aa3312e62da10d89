# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the CALs of a farm are worth: for its session hosts, and against what was bought.

- ``farm``            license servers, packs and session hosts, as far as this room needs them
- ``farm_matrix``     which session hosts find a CAL, which packs nobody can use
- ``entitlements``    the operator's list of purchases, checked
- ``authorized_users``  how many users may connect, from the operator
- ``coverage``        newer CALs in place of older ones
- ``reconciliation``  owned, installed, issued and authorized, with the rule applied
- ``group_account``   the account of one type and suite; ``account`` is its data
- ``channels``        packs that were installed by another channel than they were bought by
- ``findings``        what the reconciliation finds, beyond the numbers
- ``words``, ``words_fr``  the sentences, by code

Pure functions over dataclasses; nothing here reads a host or a file.
"""
