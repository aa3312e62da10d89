# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Refreshes the computer's group policy. Options: wait_seconds. Output: exit_code.
# It may ask whether to restart, and wait for the answer: it is given a no beforehand.
param($options)
$null = 'n' | & gpupdate.exe /target:computer /force "/wait:$($options.wait_seconds)"
@{ exit_code = $LASTEXITCODE }
