# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Renames a file or a folder within its volume, in one step of the file system; never overwrites.
# Not by CIM: there Rename answers most failures with 8, unspecified.
# Options: from, to.
# Output: moved.
param($options)
if ([IO.Path]::GetPathRoot($options.from) -ne [IO.Path]::GetPathRoot($options.to)) {
    throw (New-Object IO.IOException "$($options.to) is on another volume.", 0x80070011)
}
if ([IO.File]::Exists($options.to) -or [IO.Directory]::Exists($options.to)) {
    throw (New-Object IO.IOException "$($options.to) is there already.", 0x800700B7)
}
# It takes files too.
[IO.Directory]::Move($options.from, $options.to)
@{ moved = $true }
