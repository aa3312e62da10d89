# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every CIM class, property and method that the collection touches, with its source.

A test holds this table against the class definitions restated in ``tests/farm``. The sources
are Microsoft's public pages.
"""

from __future__ import annotations

from . import diagnosis, license_server, operating_system, session_host

ALL_CLASSES = (
    *operating_system.CLASSES,
    *session_host.CLASSES,
    *license_server.CLASSES,
    *diagnosis.CLASSES,
)
