# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# What the scheduled task of a run does when the run was cut: put the database folder that was set
# aside back, unless the new one is marked complete; start the service; clear up after itself.
# It runs as SYSTEM from the run's own folder, reads plan.json beside itself and writes
# outcome.json there. It never starts the service over a missing folder: that makes an empty
# database. The task repeats it every minute until the service runs.
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
$run = Split-Path -Leaf $PSScriptRoot
$plan = ConvertFrom-Json ([IO.File]::ReadAllText((Join-Path $PSScriptRoot 'plan.json')))
$outcome = @{ run = $run; put_back = $false; state = ''; error = $null }
try {
    $swap = $plan.swap
    if ($null -ne $swap) {
        if (-not [IO.File]::Exists($swap.complete) -and [IO.Directory]::Exists($swap.aside)) {
            # Windows starts it at boot: it may run on an empty database of its own making.
            Stop-Service -Name $plan.service -Force
            if ([IO.Directory]::Exists($swap.folder)) {
                [IO.Directory]::Move($swap.folder, ('{0}.failed-{1}' -f $swap.folder, $run))
            }
            [IO.Directory]::Move($swap.aside, $swap.folder)
            $outcome.put_back = $true
        }
        if (-not [IO.Directory]::Exists($swap.folder)) { throw "There is no $($swap.folder)." }
    }
    Start-Service -Name $plan.service
} catch {
    $outcome.error = $_.Exception.GetBaseException().Message
}
$service = Get-Service | Where-Object { $_.Name -eq $plan.service }
$outcome.state = if ($null -ne $service) { "$($service.Status)" } else { '' }
$invariant = [Globalization.CultureInfo]::InvariantCulture
$outcome.time = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ', $invariant)
[IO.File]::WriteAllText((Join-Path $PSScriptRoot 'outcome.json'), (ConvertTo-Json $outcome))
if ($outcome.state -eq 'Running' -and $null -eq $outcome.error) {
    $lock = Join-Path (Split-Path $PSScriptRoot) 'run.lock'
    try {
        $held = ConvertFrom-Json ([IO.File]::ReadAllText($lock))
        if ($held.run -ceq $run) { [IO.File]::Delete($lock) }
    } catch {
        $null = $_ # no lock, or not one of ours: it runs out by itself
    }
    $task = 'remote_desktop.licensing dead man {0}' -f $run
    Unregister-ScheduledTask -TaskPath '\' -TaskName $task -Confirm:$false
}
