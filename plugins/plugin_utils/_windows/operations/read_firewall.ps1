# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Reads which rules of Windows Firewall let others in to some ports or services, as all sources of
# rules together have it (ActiveStore). Options: ports (as filters show them: 135, RPC, 1024-2048),
# services (names), max (rules in all). Output: rules (name, display, group, service, ports, remote,
# profiles) that are enabled, inbound and allow one of them; profiles (name, enabled, inbound: what
# becomes of what no rule is about); truncated (there are more than max).
# Each kind of filter is read once, not for each rule, which takes minutes. A filter has the
# InstanceID of its rule; rules of one id from two sources are taken together.
param($options)
$ports = @($options.ports | ForEach-Object { "$_" })
$services = @($options.services | ForEach-Object { "$_" })
$most = [int]$options.max
$portsOf = @{}
$remoteOf = @{}
$servicesOf = @{}
foreach ($each in @(Get-NetFirewallPortFilter -PolicyStore ActiveStore)) {
    $portsOf["$($each.InstanceID)"] = @($portsOf["$($each.InstanceID)"]) + @($each.LocalPort)
}
foreach ($each in @(Get-NetFirewallAddressFilter -PolicyStore ActiveStore)) {
    $remoteOf["$($each.InstanceID)"] = @($remoteOf["$($each.InstanceID)"]) + @($each.RemoteAddress)
}
foreach ($each in @(Get-NetFirewallServiceFilter -PolicyStore ActiveStore)) {
    $servicesOf["$($each.InstanceID)"] = @($servicesOf["$($each.InstanceID)"]) + @($each.Service)
}
$found = New-Object System.Collections.ArrayList
foreach ($rule in @(Get-NetFirewallRule -PolicyStore ActiveStore)) {
    $kind = "$($rule.Enabled) $($rule.Direction) $($rule.Action)"
    $id = "$($rule.InstanceID)"
    $let = @($portsOf[$id] | Where-Object { "$_" } | ForEach-Object { "$_" })
    $to = @($servicesOf[$id] | Where-Object { "$_" } | ForEach-Object { "$_" })
    $meant = @($let | Where-Object { $ports -contains $_ }) + @($to | Where-Object { $services -contains $_ })
    if ($kind -eq 'True Inbound Allow' -and $meant.Count -gt 0) {
        $null = $found.Add(@{
                name = "$($rule.Name)"
                display = "$($rule.DisplayName)"
                group = "$($rule.DisplayGroup)"
                service = $to -join ', '
                ports = $let
                remote = @($remoteOf[$id] | Where-Object { "$_" } | ForEach-Object { "$_" })
                profiles = @("$($rule.Profile)" -split ', ')
            })
    }
}
$profiles = @(Get-NetFirewallProfile -PolicyStore ActiveStore | ForEach-Object {
        @{ name = "$($_.Name)"; enabled = "$($_.Enabled)" -eq 'True'; inbound = "$($_.DefaultInboundAction)" }
    })
@{
    rules = @($found | Select-Object -First $most)
    profiles = $profiles
    truncated = [bool]($found.Count -gt $most)
}
