# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Reads a piece of a file; nothing where the file has ended.
# No CIM form: it is about the contents of files.
# Options: path, offset, count.
# Output: bytes (of the whole file), modified, sha256 (of the piece), blob.
param($options)
$file = [IO.File]::Open($options.path, 'Open', 'Read', 'Read')
try {
    $length = [long]$file.Length
    $count = [int][Math]::Max(0, [Math]::Min($options.count, $length - $options.offset))
    $blob = New-Object byte[] $count
    $file.Position = [long]$options.offset
    $got = 0
    while ($got -lt $count) {
        $step = $file.Read($blob, $got, $count - $got)
        if ($step -eq 0) { throw 'The file became shorter while it was read.' }
        $got += $step
    }
} finally {
    $file.Dispose()
}
$sha = New-Object Security.Cryptography.SHA256CryptoServiceProvider
@{
    bytes = $length
    modified = [IO.File]::GetLastWriteTimeUtc($options.path).ToString(
        'yyyy-MM-ddTHH:mm:ssZ', [Globalization.CultureInfo]::InvariantCulture)
    sha256 = [BitConverter]::ToString($sha.ComputeHash($blob)).Replace('-', '').ToLowerInvariant()
    blob = $blob
}
