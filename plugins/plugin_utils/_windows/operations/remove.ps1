# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Removes files and empty folders, never what is in a folder. What is not there counts as removed.
# Not by CIM: whether Delete of Win32_Directory takes what is in it along is not documented.
# Options: paths.
# Output: removed, kept.
param($options)
$kept = @(foreach ($path in $options.paths) {
    try {
        if (([IO.File]::GetAttributes($path) -band [IO.FileAttributes]::Directory) -ne 0) {
            [IO.Directory]::Delete($path)
        } else {
            [IO.File]::Delete($path)
        }
    } catch [IO.FileNotFoundException], [IO.DirectoryNotFoundException] {
        continue
    } catch {
        @{ path = $path; why = $_.Exception.GetBaseException().Message }
    }
})
$still = @(foreach ($each in $kept) { $each.path })
$removed = @($options.paths | Where-Object { $still -cnotcontains $_ })
@{ removed = $removed; kept = $kept }
