# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make mesh``: slices of a job on AWX's own engine, Receptor, against one farm.

- ``slicing``      which hosts a slice has, as AWX chooses them
- ``fact_cache``   the one cache: what a job is sent of it, and what it gives back
- ``private_data`` the folder that ansible-runner sends
- ``nodes``        the mesh: a control node and execution nodes, one of which is killed
- ``job``          one job through transmit, a work unit, worker and process
- ``dispatch``     slices to nodes, and again where a node was lost
- ``farm_hosts``   the farm, and what it was asked
- ``checks``       what has to hold
- ``run``          the command

``slicing``, ``fact_cache``, ``private_data`` and ``dispatch`` need neither Receptor nor
ansible-runner; ``tests/unit/mesh`` tests them.
"""
