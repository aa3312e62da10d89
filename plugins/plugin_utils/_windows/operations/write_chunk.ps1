# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Appends a piece to a file; at offset 0 makes it, for SYSTEM and Administrators only.
# No CIM form: it is about the contents of files.
# Options: path, offset, blob.
# Output: bytes (of the whole file), sha256 (of the piece as it was read back).
param($options)
$mode = if ($options.offset -eq 0) { [IO.FileMode]::CreateNew } else { [IO.FileMode]::Open }
$security = New-Object Security.AccessControl.FileSecurity
$security.SetSecurityDescriptorSddlForm('O:BAG:SYD:P(A;;FA;;;SY)(A;;FA;;;BA)')
$file = New-Object IO.FileStream $options.path, $mode,
    ([Security.AccessControl.FileSystemRights]'Read, Write'), ([IO.FileShare]::None), 4096,
    ([IO.FileOptions]::None), $security
try {
    if ($file.Length -ne $options.offset) {
        throw "The file has $($file.Length) bytes: it does not go on at $($options.offset)."
    }
    $file.Position = [long]$options.offset
    $file.Write($options.blob, 0, $options.blob.Length)
    $file.Flush($true)
    $file.Position = [long]$options.offset
    $sha = New-Object Security.Cryptography.SHA256CryptoServiceProvider
    $hash = [BitConverter]::ToString($sha.ComputeHash($file)).Replace('-', '').ToLowerInvariant()
    @{ bytes = [long]$file.Length; sha256 = $hash }
} finally {
    $file.Dispose()
}
