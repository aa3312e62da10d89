# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Gives the lock of this license server back, if it is this run's.
# No CIM form: a file has to be read and removed while nobody else can open it.
# Options: run.
# Output: released.
param($options)
$state = "$([Environment]::GetFolderPath('CommonApplicationData'))\remote_desktop.licensing"
$path = Join-Path $state 'run.lock'
if (-not [IO.File]::Exists($path)) {
    return @{ released = $false }
}
$released = $false
$file = [IO.File]::Open($path, 'Open', 'Read', 'Delete')
try {
    $bytes = New-Object byte[] ([int][Math]::Min($file.Length, 4096))
    $count = $file.Read($bytes, 0, $bytes.Length)
    try {
        $run = (ConvertFrom-Json ([Text.Encoding]::UTF8.GetString($bytes, 0, $count))).run
    } catch {
        $run = $null # empty or cut off: nobody's
    }
    if ($run -is [string] -and $run -ceq $options.run) {
        [IO.File]::Delete($path) # it goes when it is closed
        $released = $true
    }
} finally {
    $file.Dispose()
}
@{ released = $released }
