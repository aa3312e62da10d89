# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Writes a bundle: files and texts into a new zip (ZIP64 where it has to be), hashed while they
# are copied, and the manifest with their hashes last. After an error the part stays, with no
# directory at its end: it cannot be taken for a bundle.
# No CIM form: it is about the contents of files.
# Options: part, files, texts, manifest.
# Output: files, bytes.
param($options)
Add-Type -AssemblyName System.IO.Compression
$security = New-Object Security.AccessControl.FileSecurity
$security.SetSecurityDescriptorSddlForm('O:BAG:SYD:P(A;;FA;;;SY)(A;;FA;;;BA)')
$part = New-Object IO.FileStream $options.part, ([IO.FileMode]::CreateNew),
    ([Security.AccessControl.FileSystemRights]'Read, Write'), ([IO.FileShare]::None), 1mb,
    ([IO.FileOptions]::None), $security
$buffer = New-Object byte[] 1mb
$pack = {
    param($name, $source)
    try {
        $sha = New-Object Security.Cryptography.SHA256CryptoServiceProvider
        $target = $archive.CreateEntry($name, 'Fastest').Open()
        $total = [long]0
        while (($count = $source.Read($buffer, 0, $buffer.Length)) -gt 0) {
            $target.Write($buffer, 0, $count)
            $null = $sha.TransformBlock($buffer, 0, $count, $buffer, 0)
            $total += $count
        }
        $null = $sha.TransformFinalBlock($buffer, 0, 0)
        $target.Dispose()
        $hash = [BitConverter]::ToString($sha.Hash).Replace('-', '').ToLowerInvariant()
        @{ name = $name; bytes = $total; sha256 = $hash }
    } finally {
        $source.Dispose() # the service could not open a file that is left open here
    }
}
try {
    $archive = New-Object IO.Compression.ZipArchive $part, 'Create', $true
    $files = @(foreach ($each in $options.files) {
        $source = [IO.File]::Open($each.path, 'Open', 'Read', 'ReadWrite')
        if ($each.gzip) { $source = New-Object IO.Compression.GZipStream $source, 'Decompress' }
        & $pack $each.name $source
    }) + @(foreach ($each in $options.texts) {
        $text = [Convert]::FromBase64String($each.base64)
        & $pack $each.name (New-Object IO.MemoryStream (, $text))
    })
    $manifest = @{}
    foreach ($each in $options.manifest.PSObject.Properties) { $manifest[$each.Name] = $each.Value }
    $manifest.files = $files
    $text = [Text.Encoding]::UTF8.GetBytes((ConvertTo-Json $manifest -Depth 20))
    $null = & $pack 'manifest.json' (New-Object IO.MemoryStream (, $text))
    $archive.Dispose()
    $part.Flush($true)
    @{ files = $files; bytes = [long]$part.Length }
} finally {
    $part.Dispose()
}
