# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Reads events of channels that Win32_NTLogEvent does not show. Options: channels (names), ids
# (numbers), since (ISO 8601, UTC), max (events in all). Output: events (channel, id, time in UTC,
# level, provider, message), newest first within a channel; missing (channels that do not exist);
# denied (those that the account may not read); truncated (there are more than max).
# The event log takes no more than some twenty ids in one query: they are asked for in groups.
param($options)
$invariant = [Globalization.CultureInfo]::InvariantCulture
$since = [DateTimeOffset]::Parse("$($options.since)", $invariant).UtcDateTime
$ids = @($options.ids | ForEach-Object { [int]$_ })
$most = [int]$options.max
$events = New-Object System.Collections.ArrayList
$missing = New-Object System.Collections.ArrayList
$denied = New-Object System.Collections.ArrayList
foreach ($channel in @($options.channels)) {
    try {
        for ($first = 0; $first -lt $ids.Count; $first += 20) {
            $last = [Math]::Min($first + 19, $ids.Count - 1)
            $filter = @{ LogName = "$channel"; Id = $ids[$first..$last]; StartTime = $since }
            try {
                foreach ($each in @(Get-WinEvent -FilterHashtable $filter -MaxEvents ($most + 1))) {
                    $text = "$($each.Message)"
                    $null = $events.Add(@{
                            channel = "$channel"
                            id = [int]$each.Id
                            time = $each.TimeCreated.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", $invariant)
                            level = [int]$each.Level
                            provider = "$($each.ProviderName)"
                            message = $text.Substring(0, [Math]::Min($text.Length, 300))
                        })
                }
            } catch {
                if ("$($_.FullyQualifiedErrorId)" -notlike 'NoMatchingEventsFound*') { throw }
            }
        }
    } catch {
        if ("$($_.FullyQualifiedErrorId)" -like 'NoMatchingLogsFound*') {
            $null = $missing.Add("$channel")
        } elseif ($_.Exception.GetBaseException() -is [UnauthorizedAccessException]) {
            $null = $denied.Add("$channel")
        } else {
            throw
        }
    }
}
@{
    events = @($events | Select-Object -First $most)
    missing = @($missing)
    denied = @($denied)
    truncated = [bool]($events.Count -gt $most)
}
