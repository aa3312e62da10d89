# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Marks the new database folder of a run complete: from here on the task does not put the old
# one back. The mark is on the disk, not only in the cache, when this returns.
# No CIM form: there is none that makes a file.
# Options: run.
# Output: marked.
param($options)
if ($options.run -cnotmatch '^[0-9a-f]{16}\z') { throw "Not the name of a run: $($options.run)" }
$state = "$([Environment]::GetFolderPath('CommonApplicationData'))\remote_desktop.licensing"
$path = Join-Path (Join-Path $state $options.run) 'complete'
$file = [IO.File]::Open($path, 'OpenOrCreate', 'Write', 'None')
try {
    $file.Flush($true)
} finally {
    $file.Dispose()
}
@{ marked = [IO.File]::Exists($path) }
