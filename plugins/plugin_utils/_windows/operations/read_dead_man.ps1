# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Reads back the task that starts the service again, and its files.
# No CIM form that says it all: the files belong to it. Times come in UTC, the account as its SID.
# Options: run, task.
# Output: exists, enabled, state, user, run_level, actions, triggers, next_run, script_sha256, plan.
param($options)
if ($options.run -cnotmatch '^[0-9a-f]{16}\z') { throw "Not the name of a run: $($options.run)" }
$invariant = [Globalization.CultureInfo]::InvariantCulture
$state = "$([Environment]::GetFolderPath('CommonApplicationData'))\remote_desktop.licensing"
$script = Join-Path (Join-Path $state $options.run) 'dead_man.ps1'
$plan = Join-Path (Join-Path $state $options.run) 'plan.json'
$answer = @{
    exists = $false; enabled = $false; state = ''; user = ''; run_level = ''
    actions = @(); triggers = @(); next_run = $null; script_sha256 = $null; plan = $null
}
if ([IO.File]::Exists($script)) {
    $sha = New-Object Security.Cryptography.SHA256CryptoServiceProvider
    $hash = $sha.ComputeHash([IO.File]::ReadAllBytes($script))
    $answer.script_sha256 = [BitConverter]::ToString($hash).Replace('-', '').ToLowerInvariant()
}
if ([IO.File]::Exists($plan)) {
    $answer.plan = ConvertFrom-Json ([IO.File]::ReadAllText($plan))
}
$task = Get-ScheduledTask -TaskPath '\' | Where-Object { $_.TaskName -eq $options.task }
if ($null -ne $task) {
    $answer.exists = $true
    $answer.enabled = [bool]$task.Settings.Enabled
    $answer.state = "$($task.State)"
    $answer.run_level = "$($task.Principal.RunLevel)"
    $answer.user = "$($task.Principal.UserId)"
    if ($answer.user -notmatch '^S-1-') {
        $account = New-Object Security.Principal.NTAccount $answer.user
        $answer.user = $account.Translate([Security.Principal.SecurityIdentifier]).Value
    }
    $answer.actions = @(foreach ($each in $task.Actions) {
        @{ execute = "$($each.Execute)"; arguments = "$($each.Arguments)" }
    })
    $answer.triggers = @(foreach ($each in $task.Triggers) {
        $start = [DateTimeOffset]::Parse($each.StartBoundary, $invariant, 'AssumeLocal')
        @{
            start = $start.UtcDateTime.ToString('yyyy-MM-ddTHH:mm:ssZ', $invariant)
            interval = "$($each.Repetition.Interval)"; duration = "$($each.Repetition.Duration)"
            enabled = [bool]$each.Enabled
        }
    })
    $next = (Get-ScheduledTaskInfo -TaskPath '\' -TaskName $options.task).NextRunTime
    if ($null -ne $next) {
        $answer.next_run = $next.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ', $invariant)
    }
}
$answer
