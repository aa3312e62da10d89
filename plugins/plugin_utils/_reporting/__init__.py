# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports of the CAL inventory.

- ``model``       the inventory: license servers, packs, stocks, session hosts, findings
- ``reading``     facts as they come out of a fact cache: old, missing, half, of another version
- ``counting``    packs to stocks, and the comparison with the collector's own summary
- ``rules``       what is checked on license servers
- ``host_rules``  what is checked on session hosts
- ``build``       facts to inventory
- ``farm``        the farm view: each host with its verdict; ``diagnoses`` reads it
- ``audit``       the audit view: the account, the changes, and what is not known
- ``failing``     what is bad enough to fail a job
- ``history``     snapshots: what was counted on which day
- ``trend``       lines through snapshots, and where they lead
- ``language``    numbers, dates and sentences in English and French; ``texts`` are the catalogs
- ``request``     what a user asks for to a report
- ``report``      an inventory with its views, trends and language: what the renderers take
- ``renderers``   one per output format
- ``formats``     the output formats by name
- ``spreadsheet`` what CSV files owe to the programs that open them
- ``output``      which files a report consists of, and which of them are to be written
- ``delivery``    what the modules of the reports do with all of this
- ``hostvars``    where it takes the facts from
- ``folder``      the folder that they are written to, behind one small protocol
- ``ephemeral``   folders that vanish with an execution environment

Typed values and functions of them. They import nothing of ``_cim``, ``_windows``, ``_licensing`` or
Ansible. ``row_file`` is not about reports: it streams the collector's rows into a file.
"""
