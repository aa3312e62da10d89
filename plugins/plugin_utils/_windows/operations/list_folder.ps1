# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Lists a folder and the drive it is on.
# No CIM form: CIM_DataFile shows no permissions and is slow to find the files of a folder.
# Options: path.
# Output: exists, folder, full, drive, sddl, entries.
param($options)
$invariant = [Globalization.CultureInfo]::InvariantCulture
$full = ''
$drive = $sddl = $null
try {
    $full = [IO.Path]::GetFullPath($options.path)
} catch [ArgumentException], [NotSupportedException] {
    $full = '' # not a path that Windows could have
}
$root = if ($full) { [IO.Path]::GetPathRoot($full) } else { '' }
if ($root -match '^[A-Za-z]:\\') {
    $found = New-Object IO.DriveInfo $root
    $ready = $found.IsReady
    if ($found.DriveType -ne [IO.DriveType]::NoRootDirectory) {
        $drive = @{
            name = $root.Substring(0, 2).ToUpperInvariant()
            type = "$($found.DriveType)"
            format = if ($ready) { "$($found.DriveFormat)" } else { '' }
            free = if ($ready) { [long]$found.AvailableFreeSpace } else { [long]0 }
            size = if ($ready) { [long]$found.TotalSize } else { [long]0 }
            ready = [bool]$ready
        }
    }
}
$folder = [bool]$full -and [IO.Directory]::Exists($full)
$exists = $folder -or ([bool]$full -and [IO.File]::Exists($full))
if ($exists) {
    $sddl = (Get-Acl -LiteralPath $full).Sddl
}
$entries = @(if ($folder) {
    foreach ($each in Get-ChildItem -LiteralPath $full -Force) {
        $inner = $each -is [IO.DirectoryInfo]
        @{
            name = $each.Name
            bytes = if ($inner) { [long]0 } else { [long]$each.Length }
            modified = $each.LastWriteTimeUtc.ToString('yyyy-MM-ddTHH:mm:ssZ', $invariant)
            folder = $inner
        }
    }
})
@{
    exists = $exists; folder = $folder; full = $full
    drive = $drive; sddl = $sddl; entries = $entries
}
