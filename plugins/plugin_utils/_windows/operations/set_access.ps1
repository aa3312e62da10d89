# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Gives a folder an owner and permissions; what is in it inherits them.
# No CIM form: Win32_Directory and the security classes take binary descriptors and no owner that
# the caller may not become; icacls uses the right to set any.
# Options: path, sddl.
# Output: sddl.
param($options)
$security = New-Object Security.AccessControl.DirectorySecurity
$security.SetSecurityDescriptorSddlForm($options.sddl)
$owner = $security.GetOwner([Security.Principal.SecurityIdentifier])
$access = New-Object Security.AccessControl.DirectorySecurity
$access.SetSecurityDescriptorSddlForm($options.sddl, 'Access')
[IO.Directory]::SetAccessControl($options.path, $access)
if ($null -ne $owner) {
    $arguments = $options.path, '/setowner', "*$($owner.Value)", '/q'
    $said = & {
        $ErrorActionPreference = 'Continue'
        & "$([Environment]::SystemDirectory)\icacls.exe" $arguments 2>&1
    }
    if ($LASTEXITCODE -ne 0) { throw "icacls ended with ${LASTEXITCODE}: $said" }
}
@{ sddl = (Get-Acl -LiteralPath $options.path).Sddl }
