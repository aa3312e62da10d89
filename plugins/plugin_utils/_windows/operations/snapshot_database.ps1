# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Copies a live ESE database from a snapshot that esentutl makes itself and replays the logs into
# the copy, which is then consistent. The folder of the copy is there and protected.
# No CIM form: Win32_Process.Create gives neither exit code nor output.
# Options: database, base, logs, system, destination.
# Output: exit_code, output, bytes.
param($options)
# A backslash before the closing quote would escape it on the program's command line.
$logs = $options.logs -replace '(?<=[^:\\])\\+$', ''
$system = $options.system -replace '(?<=[^:\\])\\+$', ''
$arguments = '/y', $options.database, '/vssrec', $options.base, $logs, '/vsssystempath', $system,
    '/d', $options.destination, '/o'
$said = & {
    $ErrorActionPreference = 'Continue'
    & "$([Environment]::SystemDirectory)\esentutl.exe" $arguments 2>&1
}
$exit = $LASTEXITCODE
$text = (@($said) | ForEach-Object { "$_" }) -join "`n"
$bytes = $null
if ([IO.File]::Exists($options.destination)) {
    $bytes = [long](New-Object IO.FileInfo $options.destination).Length
}
$text = $text.Substring([Math]::Max(0, $text.Length - 2000))
@{ exit_code = $exit; output = $text; bytes = $bytes }
