# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Removes Windows features; never restarts. Options: names.
# Output: success, restart_needed (no, yes, maybe), exit_code, changed (names; none when none
# were there). A feature that is not there is passed over, so it is safe to repeat.
param($options)
$result = Uninstall-WindowsFeature -Name $options.names -Confirm:$false -WarningAction SilentlyContinue
@{
    success = [bool]$result.Success
    restart_needed = "$($result.RestartNeeded)".ToLowerInvariant()
    exit_code = "$($result.ExitCode)"
    changed = @(foreach ($each in $result.FeatureResult) { "$($each.Name)" })
}
