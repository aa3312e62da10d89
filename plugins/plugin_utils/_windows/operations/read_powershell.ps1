# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Tells that a step runs at all, and under which PowerShell: what a user wants to know first when
# others do not. Changes nothing. Options: (none). Output: version, time (UTC).
param($options)
@{ version = "$($PSVersionTable.PSVersion)"; time = [DateTime]::UtcNow.ToString('s') + 'Z' }
