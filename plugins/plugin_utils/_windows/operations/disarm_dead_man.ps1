# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Removes the task that starts the service again, and the files of the run. Safe to repeat.
# No CIM form: the files belong to it, and the task goes first.
# Options: run, task.
# Output: removed.
param($options)
if ($options.run -cnotmatch '^[0-9a-f]{16}\z') { throw "Not the name of a run: $($options.run)" }
$state = "$([Environment]::GetFolderPath('CommonApplicationData'))\remote_desktop.licensing"
$folder = Join-Path $state $options.run
Get-ScheduledTask -TaskPath '\' | Where-Object { $_.TaskName -eq $options.task } |
    Unregister-ScheduledTask -Confirm:$false
$left = @(Get-ScheduledTask -TaskPath '\' | Where-Object { $_.TaskName -eq $options.task })
if ($left.Count -eq 0 -and [IO.Directory]::Exists($folder)) {
    [IO.Directory]::Delete($folder, $true)
}
@{ removed = $left.Count -eq 0 }
