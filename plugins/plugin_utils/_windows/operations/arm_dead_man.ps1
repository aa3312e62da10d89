# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Registers the task that starts the service again when the run is cut, and lays out its files.
# The state folder is there already, made by claim and closed to all but SYSTEM and Administrators.
# No CIM form: the task's action and trigger are instances within instances, and files go with it.
# Options: run, task, seconds, plan, blob (the text of dead_man.ps1).
# Output: folder, script, plan, complete.
param($options)
if ($options.run -cnotmatch '^[0-9a-f]{16}\z') { throw "Not the name of a run: $($options.run)" }
$policy = Get-ExecutionPolicy -Scope MachinePolicy
if ("$policy" -in 'AllSigned', 'Restricted') {
    throw "The policy 'Turn on Script Execution' ($policy) keeps the task's script from running."
}
$state = "$([Environment]::GetFolderPath('CommonApplicationData'))\remote_desktop.licensing"
$found = [IO.Directory]::GetAccessControl($state)
$owner = $found.GetOwner([Security.Principal.SecurityIdentifier]).Value
if ($owner -notin 'S-1-5-18', 'S-1-5-32-544' -or -not $found.AreAccessRulesProtected) {
    throw "The folder $state was made by $owner or is open to others. Look at it, then remove it."
}
$folder = Join-Path $state $options.run
$null = [IO.Directory]::CreateDirectory($folder) # it inherits who may touch it
$script = Join-Path $folder 'dead_man.ps1'
$plan = Join-Path $folder 'plan.json'
$complete = Join-Path $folder 'complete'
$swap = $options.plan.swap
if ($null -ne $swap) {
    $swap = @{ folder = $swap.folder; aside = $swap.aside; complete = $complete }
}
[IO.File]::WriteAllBytes($script, $options.blob)
[IO.File]::WriteAllText($plan, (ConvertTo-Json @{ service = $options.plan.service; swap = $swap }))
$at = [DateTime]::UtcNow.AddSeconds($options.seconds)
$again = @{
    RepetitionInterval = New-TimeSpan -Minutes 1; RepetitionDuration = New-TimeSpan -Days 1
}
$trigger = New-ScheduledTaskTrigger -Once -At $at @again
$invariant = [Globalization.CultureInfo]::InvariantCulture
$trigger.StartBoundary = $at.ToString('yyyy-MM-ddTHH:mm:ssZ', $invariant)
$settings = @{
    StartWhenAvailable = $true; MultipleInstances = 'IgnoreNew'
    ExecutionTimeLimit = New-TimeSpan -Hours 2
    AllowStartIfOnBatteries = $true; DontStopIfGoingOnBatteries = $true; DontStopOnIdleEnd = $true
}
$system = @{ UserId = 'S-1-5-18'; LogonType = 'ServiceAccount'; RunLevel = 'Highest' }
$arguments = '-NoProfile -NonInteractive -ExecutionPolicy Bypass -File "{0}"' -f $script
$task = @{
    TaskName = $options.task; TaskPath = '\'; Force = $true; Trigger = $trigger
    Action = New-ScheduledTaskAction -Execute 'powershell.exe' -Argument $arguments
    Principal = New-ScheduledTaskPrincipal @system
    Settings = New-ScheduledTaskSettingsSet @settings
    Description = 'Starts the licensing service again if the run that stopped it is cut.'
}
$null = Register-ScheduledTask @task
@{ folder = $folder; script = $script; plan = $plan; complete = $complete }
