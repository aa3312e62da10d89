# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# No indentation, blank line or final newline: Ansible strips them from what it sends.
# Runs one operation. Standard input: a line with the script (base64 of UTF-8), a line with
# its input (base64 of ASCII JSON), perhaps a line with bytes (base64): $options.blob.
# Standard output: base64 of ASCII JSON between two markers; base64 because the console has its
# own code page; then a block with the bytes of the output, if any. Input never becomes script
# text. The lines come as $input over winrm (standard input) and psrp (pipeline input) alike; over
# psrp, ansible-core 2.18 hands all of them over as one text.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Set-StrictMode -Version 3.0
$lines = @(@($input) -split '\s+' -ne '')
$utf8 = New-Object System.Text.UTF8Encoding $false
$script = [ScriptBlock]::Create($utf8.GetString([Convert]::FromBase64String($lines[0])))
$options = ConvertFrom-Json $utf8.GetString([Convert]::FromBase64String($lines[1]))
if ($lines.Count -gt 2) {
$blob = [Convert]::FromBase64String($lines[2])
Add-Member -InputObject $options -MemberType NoteProperty -Name blob -Value $blob
}
$lines = $blob = $null
try {
$output = & $script $options
if ($output -is [hashtable] -and $output.ContainsKey('blob')) {
$blob = $output.blob
$output.Remove('blob')
}
$answer = @{ ok = $true; output = $output }
} catch {
$cause = $_.Exception.GetBaseException()
$answer = @{ ok = $false; error = $cause.Message; code = $cause.HResult }
}
$json = ConvertTo-Json $answer -Compress -Depth 10
$ascii = [Regex]::Replace($json, '[^\x20-\x7e]', { param($m) '\u{0:x4}' -f [int][char]$m.Value })
'-----BEGIN RDS-----'
[Convert]::ToBase64String([Text.Encoding]::ASCII.GetBytes($ascii), 'InsertLineBreaks')
'-----END RDS-----'
if ($null -ne $blob) {
'-----BEGIN RDS BLOB-----'
[Convert]::ToBase64String($blob, 'InsertLineBreaks')
'-----END RDS BLOB-----'
}