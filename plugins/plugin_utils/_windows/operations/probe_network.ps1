# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Resolves names and tries TCP ports from this host. Options: names, tcp (host, port), seconds (for
# one connection). Output: resolved (name, addresses, error), tcp (host, port, open, error).
# Nothing is sent over the connections: they are closed as soon as they stand.
param($options)
$resolved = New-Object System.Collections.ArrayList
foreach ($name in @($options.names)) {
    $found = @{ name = "$name"; addresses = @(); error = $null }
    try {
        $found.addresses = @([Net.Dns]::GetHostAddresses("$name") | ForEach-Object { "$_" })
    } catch {
        $found.error = "$($_.Exception.GetBaseException().Message)"
    }
    $null = $resolved.Add($found)
}
$tried = New-Object System.Collections.ArrayList
foreach ($each in @($options.tcp)) {
    $found = @{ host = "$($each.host)"; port = [int]$each.port; open = $false; error = $null }
    $client = New-Object System.Net.Sockets.TcpClient
    try {
        $pending = $client.BeginConnect($found.host, $found.port, $null, $null)
        if ($pending.AsyncWaitHandle.WaitOne([int]$options.seconds * 1000)) {
            $client.EndConnect($pending)
            $found.open = $true
        } else {
            $found.error = "no answer within $($options.seconds) seconds"
        }
    } catch {
        $found.error = "$($_.Exception.GetBaseException().Message)"
    } finally {
        $client.Close()
    }
    $null = $tried.Add($found)
}
@{ resolved = @($resolved); tcp = @($tried) }
