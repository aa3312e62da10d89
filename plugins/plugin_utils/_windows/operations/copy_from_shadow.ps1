# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Copies files of a folder out of a volume's shadow copy, through a directory link, since .NET
# takes no device path; the link is removed again. The copies get the permissions of their folder.
# No CIM form: CIM_DataFile does not see shadow copies.
# Options: device, folder, names, link, destination.
# Output: files.
param($options)
$below = $options.folder.Substring([IO.Path]::GetPathRoot($options.folder).Length)
# cmd.exe puts the values of these in only after it took its command line apart.
$env:RDS_LINK = $options.link
$env:RDS_DEVICE = $options.device.TrimEnd('\') + '\'
$arguments = '/d', '/v:on', '/c', 'mklink', '/d', '"!RDS_LINK!"', '"!RDS_DEVICE!"'
$said = & {
    $ErrorActionPreference = 'Continue'
    & "$([Environment]::SystemDirectory)\cmd.exe" $arguments 2>&1
}
$env:RDS_LINK = $env:RDS_DEVICE = $null
if ($LASTEXITCODE -ne 0) { throw "mklink ended with ${LASTEXITCODE}: $said" }
try {
    $forbidden = [IO.Path]::GetInvalidFileNameChars()
    $files = @(foreach ($name in $options.names) {
        if ($name.IndexOfAny($forbidden) -ge 0) { throw "Not a file name: $name" }
        $target = [IO.Path]::Combine($options.destination, $name)
        [IO.File]::Copy([IO.Path]::Combine($options.link, $below, $name), $target, $false)
        @{ name = $name; bytes = [long](New-Object IO.FileInfo $target).Length }
    })
} finally {
    [IO.Directory]::Delete($options.link) # the link alone
}
@{ files = $files }
