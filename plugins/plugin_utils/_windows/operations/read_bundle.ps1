# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Reads a zip: its entries and, deep, their hashes and its own; some texts whole and the beginning
# of other entries. An entry that holds more than the directory says ends it.
# No CIM form: it is about the contents of files.
# Options: path, deep, texts, heads.
# Output: bytes, modified, sha256, entries.
param($options)
Add-Type -AssemblyName System.IO.Compression
$invariant = [Globalization.CultureInfo]::InvariantCulture
$buffer = New-Object byte[] 1mb
$file = [IO.File]::Open($options.path, 'Open', 'Read', 'Read')
try {
    $whole = $null
    if ($options.deep) {
        $sha = New-Object Security.Cryptography.SHA256CryptoServiceProvider
        $hash = $sha.ComputeHash($file)
        $whole = [BitConverter]::ToString($hash).Replace('-', '').ToLowerInvariant()
        $file.Position = 0
    }
    $archive = New-Object IO.Compression.ZipArchive $file, 'Read', $true
    $entries = @(foreach ($entry in $archive.Entries) {
        $hash = $text = $head = $null
        $wanted = $options.texts -ccontains $entry.FullName -and $entry.Length -le 8mb
        $start = [long]0
        foreach ($each in $options.heads) {
            if ($each.name -ceq $entry.FullName) { $start = [long]$each.bytes }
        }
        $keep = if ($wanted) { [Math]::Max($start, $entry.Length) } else { $start }
        $kept = New-Object IO.MemoryStream
        $sha = New-Object Security.Cryptography.SHA256CryptoServiceProvider
        $total = [long]0
        $source = $entry.Open()
        try {
            while ($options.deep -or $total -lt $keep) {
                $count = $source.Read($buffer, 0, $buffer.Length)
                if ($count -eq 0) { break }
                $kept.Write($buffer, 0, [int][Math]::Min($count, [Math]::Max(0, $keep - $total)))
                $null = $sha.TransformBlock($buffer, 0, $count, $buffer, 0)
                $total += $count
                if ($total -gt $entry.Length) { throw "$($entry.FullName) is longer than it says." }
            }
        } finally {
            $source.Dispose()
        }
        if ($options.deep) {
            $null = $sha.TransformFinalBlock($buffer, 0, 0)
            $hash = [BitConverter]::ToString($sha.Hash).Replace('-', '').ToLowerInvariant()
        }
        $bytes = $kept.ToArray()
        if ($wanted) { $text = [Convert]::ToBase64String($bytes) }
        if ($start -gt 0) {
            $head = [Convert]::ToBase64String($bytes, 0, [int][Math]::Min($start, $bytes.Length))
        }
        @{
            name = $entry.FullName; sha256 = $hash; text = $text; head = $head
            bytes = [long]$entry.Length; compressed = [long]$entry.CompressedLength
        }
    })
    $time = [IO.File]::GetLastWriteTimeUtc($options.path)
    $modified = $time.ToString('yyyy-MM-ddTHH:mm:ssZ', $invariant)
    @{ bytes = [long]$file.Length; modified = $modified; sha256 = $whole; entries = $entries }
} finally {
    $file.Dispose()
}
