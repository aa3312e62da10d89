# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""WS-Management over HTTP: sockets, authentication, SOAP, and the operations.

Sources: MS-WSMV (3.1.4.1 and the examples in 4.1), DSP0226, DSP0227, recorded answers of Windows.
"""
