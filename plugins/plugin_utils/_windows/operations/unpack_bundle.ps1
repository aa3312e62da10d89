# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Unpacks the entries below a prefix into an empty folder and hashes what is then on the disk.
# Nothing is written before every name is known to be a plain file name.
# No CIM form: it is about the contents of files.
# Options: bundle, prefix, destination.
# Output: files.
param($options)
Add-Type -AssemblyName System.IO.Compression
if (@([IO.Directory]::GetFileSystemEntries($options.destination)).Count -gt 0) {
    throw (New-Object IO.IOException "$($options.destination) is not empty.", 0x80070091)
}
$forbidden = [IO.Path]::GetInvalidFileNameChars()
$buffer = New-Object byte[] 1mb
$file = [IO.File]::Open($options.bundle, 'Open', 'Read', 'Read')
try {
    $archive = New-Object IO.Compression.ZipArchive $file, 'Read', $true
    $known = New-Object 'Collections.Generic.HashSet[string]' ([StringComparer]::OrdinalIgnoreCase)
    $wanted = @($archive.Entries | Where-Object {
        $_.FullName.StartsWith($options.prefix, 'Ordinal')
    })
    foreach ($entry in $wanted) {
        $name = $entry.FullName.Substring($options.prefix.Length)
        $plain = $name -and $name.IndexOfAny($forbidden) -lt 0 -and $name.Trim(' ', '.') -ceq $name
        if (-not $plain -or -not $known.Add($name)) {
            throw "The entry $($entry.FullName) does not have a plain file name of its own."
        }
    }
    $files = @(foreach ($entry in $wanted) {
        $name = $entry.FullName.Substring($options.prefix.Length)
        $path = [IO.Path]::Combine($options.destination, $name)
        $source = $entry.Open()
        $target = [IO.File]::Open($path, 'CreateNew', 'ReadWrite', 'None')
        try {
            while (($count = $source.Read($buffer, 0, $buffer.Length)) -gt 0) {
                $target.Write($buffer, 0, $count)
            }
            $target.Flush($true)
            $target.Position = 0
            $sha = New-Object Security.Cryptography.SHA256CryptoServiceProvider
            $hash = [BitConverter]::ToString($sha.ComputeHash($target)).Replace('-', '')
            @{ name = $name; bytes = [long]$target.Length; sha256 = $hash.ToLowerInvariant() }
        } finally {
            $target.Dispose()
            $source.Dispose()
        }
    })
} finally {
    $file.Dispose()
}
@{ files = $files }
