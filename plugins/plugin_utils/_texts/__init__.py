# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words that modules and reports share, in English and French.

``rules_en.json`` and ``rules_fr.json`` hold, by rule, its title, cause and remedy, and the
sentences of the verdicts: templates whose parameters are the values of the evidence.
"""
