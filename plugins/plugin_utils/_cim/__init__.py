# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CIM over WS-Management (MS-WSMV): what ``Get-CimInstance -ComputerName`` speaks.

Generic: nothing in here knows of licensing. The rooms:

- ``schema``    what a CIM class, property, method and parameter are, as typed values
- ``values``    CIM values to and from XML text
- ``envelope``  builds request messages (sans-IO)
- ``answer``    reads answers (sans-IO)
- ``errors``    everything that can go wrong, with number, meaning and advice
- ``codes``     the table behind that
- ``wql``       queries
- ``session``   the operations, over a carrier
- ``carriers/`` move bytes through the host's own Ansible connection

It may import the standard library only; the carriers also their library.
"""
