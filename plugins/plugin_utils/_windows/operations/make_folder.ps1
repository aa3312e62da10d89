# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Makes a folder, protected from its first moment: only SYSTEM and Administrators may touch it,
# or those who may touch the folder it is to be like. One that is there is left as it is.
# No CIM form: Win32_Directory cannot make a folder.
# Options: path, like.
# Output: created, sddl.
param($options)
$created = -not [IO.Directory]::Exists($options.path)
if ($created) {
    $administrators = New-Object Security.Principal.SecurityIdentifier 'S-1-5-32-544'
    $owner = $administrators
    $security = New-Object Security.AccessControl.DirectorySecurity
    $security.SetSecurityDescriptorSddlForm('O:BAG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)')
    if ($null -ne $options.like) {
        $model = [IO.Directory]::GetAccessControl($options.like)
        $owner = $model.GetOwner([Security.Principal.SecurityIdentifier])
        $sddl = $model.GetSecurityDescriptorSddlForm('Owner, Group, Access')
        $security.SetSecurityDescriptorSddlForm($sddl)
        $security.SetOwner($administrators) # another owner can be set only afterwards
    }
    $null = [IO.Directory]::CreateDirectory($options.path, $security)
    if ($owner -ne $administrators) {
        $arguments = $options.path, '/setowner', "*$($owner.Value)", '/q'
        $said = & {
            $ErrorActionPreference = 'Continue'
            & "$([Environment]::SystemDirectory)\icacls.exe" $arguments 2>&1
        }
        if ($LASTEXITCODE -ne 0) { throw "icacls ended with ${LASTEXITCODE}: $said" }
    }
}
@{ created = $created; sddl = (Get-Acl -LiteralPath $options.path).Sddl }
