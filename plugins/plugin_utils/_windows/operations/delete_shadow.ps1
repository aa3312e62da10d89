# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Deletes one shadow copy, by its id.
# No CIM form: WinRM does not delete WMI instances.
# Options: id.
# Output: exit_code, output.
param($options)
$id = ([Guid]$options.id).ToString('B')
$arguments = 'delete', 'shadows', "/shadow=$id", '/quiet'
$said = & {
    $ErrorActionPreference = 'Continue'
    & "$([Environment]::SystemDirectory)\vssadmin.exe" $arguments 2>&1
}
$exit = $LASTEXITCODE
$text = (@($said) | ForEach-Object { "$_" }) -join "`n"
@{ exit_code = $exit; output = $text.Substring([Math]::Max(0, $text.Length - 2000)) }
