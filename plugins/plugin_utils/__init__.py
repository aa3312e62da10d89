# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller side of the collection.

``_action`` gives action plugins the manners of modules; ``_licensing`` is the domain;
``_windows`` reads and writes Windows; ``_cim`` speaks CIM over WS-Management. Each imports
only what stands after it in this list. ``_reporting`` stands beside them: it renders facts and
asks no host; ``_report_action`` and ``_task_host`` keep what it renders. ``_surroundings`` is what
all of them take from the controller: time, chance, names. ``_floor`` refuses an old Python.
"""
