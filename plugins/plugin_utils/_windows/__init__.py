# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Windows, as far as licensing needs it: thin typed layers over ``_cim``.

- ``schema/``           every CIM class, property and method that the collection touches
- ``registry``          typed registry values through StdRegProv
- ``computer``          domain membership and kind of system
- ``features``          Windows features: which are installed, installing and removing them
- ``reboot``            restarts, and whether one is pending
- ``start_mode``        how a service starts
- ``services``          services through Win32_Service
- ``group_policy``      which GPO delivers a policy value (RSoP)
- ``event_log``         events of classic logs and of newer channels
- ``network_probe``     names and TCP ports as the host sees them
- ``firewall``          rules of Windows Firewall for some ports and services
- ``files``             folders, files, and pieces of them
- ``run_lock``          one run at a time on a host
- ``dead_man``          the task that starts a service again when a run is cut
- ``shadow_copies``     volume shadow copies
- ``database_snapshot`` a consistent copy of a database in use
- ``bundle_files``      zip files on the host
- ``powershell``        runs the few operations that have no CIM form
- ``operation_output``  reads what they return, field by field
- ``hresults``          what the error numbers of file work mean
- ``operations/``       those operations, one ``.ps1`` file each

It may import ``_cim``. It knows nothing of licensing but the class definitions.
"""
