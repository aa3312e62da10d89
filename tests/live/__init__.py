# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The live kit: what a person with a Windows Server lab runs, and what it records.

``run`` is the command; ``callback_plugins/record.py`` records what goes to and from the hosts;
``recording`` is a record and its file, ``cleaning`` takes secrets and names out of it, ``replay``
runs the module of a record again without its host. What both need for a part of a record stands
together: ``messages``, ``bytes_kept`` for PowerShell steps, ``errors``, ``given`` for what the
controller gave, ``task_parts`` for options, connection and variables. ``on_farm`` runs the kit
against the farm.
"""
