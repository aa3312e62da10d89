# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a controller can do for one host, and what is in the way: behind debug_connection.

``findings`` is the one shape of a result; ``controller`` looks at the controller's software,
``settings`` at the connection plugin's options, ``host`` asks the host, ``rights`` has the words
for what an account lacks, ``account`` puts it together and ``report`` writes it for people.
Imports ``_cim`` and ``_windows``; nothing of the domain.
"""
