# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Takes the lock of this license server, or tells who holds it. Makes the state folder, which
# only SYSTEM and Administrators may touch: a task of SYSTEM runs a file from below it.
# No CIM form: a file has to be opened so that nobody else can, and written before it is closed.
# Options: run, holder, operation, seconds.
# Output: claimed, lock, replaced, state_folder, now.
param($options)
$invariant = [Globalization.CultureInfo]::InvariantCulture
$time = [DateTime]::UtcNow
$now = $time.ToString('yyyy-MM-ddTHH:mm:ssZ', $invariant)
$until = $time.AddSeconds($options.seconds).ToString('yyyy-MM-ddTHH:mm:ssZ', $invariant)
$state = "$([Environment]::GetFolderPath('CommonApplicationData'))\remote_desktop.licensing"
$protected = New-Object Security.AccessControl.DirectorySecurity
$protected.SetSecurityDescriptorSddlForm('O:BAG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)')
$null = [IO.Directory]::CreateDirectory($state, $protected)
$found = [IO.Directory]::GetAccessControl($state)
$owner = $found.GetOwner([Security.Principal.SecurityIdentifier]).Value
$link = ([IO.File]::GetAttributes($state) -band [IO.FileAttributes]::ReparsePoint) -ne 0
if ($owner -notin 'S-1-5-18', 'S-1-5-32-544' -or -not $found.AreAccessRulesProtected -or $link) {
    throw "The folder $state was made by $owner or is open to others. Look at it, then remove it."
}
$security = New-Object Security.AccessControl.FileSecurity
$security.SetSecurityDescriptorSddlForm('O:BAG:SYD:P(A;;FA;;;SY)(A;;FA;;;BA)')
$file = New-Object IO.FileStream (Join-Path $state 'run.lock'), ([IO.FileMode]::OpenOrCreate),
    ([Security.AccessControl.FileSystemRights]'Read, Write'), ([IO.FileShare]::None), 4096,
    ([IO.FileOptions]::WriteThrough), $security
try {
    $bytes = New-Object byte[] ([int][Math]::Min($file.Length, 4096))
    $count = $file.Read($bytes, 0, $bytes.Length)
    try {
        $read = ConvertFrom-Json ([Text.Encoding]::UTF8.GetString($bytes, 0, $count))
        $held = @{
            run = "$($read.run)"; holder = "$($read.holder)"; operation = "$($read.operation)"
            taken = "$($read.taken)"; until = "$($read.until)"
        }
    } catch {
        $held = $null # empty or cut off: whoever wrote it did not get through
    }
    $expired = $null -ne $held -and (
        $held.until -cnotmatch '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\z' -or
        [string]::CompareOrdinal($held.until, $now) -lt 0)
    $own = $null -ne $held -and $held.run -ceq $options.run
    $claimed = $null -eq $held -or $expired -or $own
    $lock = $held
    if ($claimed) {
        $lock = @{
            run = $options.run; holder = $options.holder; operation = $options.operation
            taken = $now; until = $until
        }
        $bytes = [Text.Encoding]::UTF8.GetBytes((ConvertTo-Json $lock -Compress))
        $file.SetLength(0)
        $file.Write($bytes, 0, $bytes.Length)
        $file.Flush($true)
    }
} finally {
    $file.Dispose()
}
$replaced = if ($expired -and -not $own) { $held } else { $null }
@{ claimed = $claimed; lock = $lock; replaced = $replaced; state_folder = $state; now = $now }
