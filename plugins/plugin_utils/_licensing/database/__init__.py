# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The license database: backup, restore, rebuild.

What the modules do:

- ``backup``              ``rds_lserver_backup``; ``bundle_making`` one bundle on the server
- ``bundle_info``         ``rds_lserver_backup_info``
- ``restore``             ``rds_lserver_restore`` and ``rds_lserver_rebuild``

On the license server:

- ``host``                the ways to it, and the run that works on it
- ``claim``               one run at a time
- ``survey``, ``identity``, ``licensing_keys``, ``database_set``  what it tells of itself
- ``ways``                the ways to copy a database that is in use
- ``service_pause``       the service stopped, with the dead man watching
- ``swap``                one database folder in the place of another
- ``fetch``               to the controller and back, in chunks

Bundles, wherever they lie:

- ``bundle_name``, ``manifest``, ``pack_list``, ``bundle_json``  what stands in them
- ``bundle``, ``bundle_check``, ``ese_header``                   what was read; is it whole
- ``bundle_places``, ``bundle_reader``, ``zip_directory``        reading them
- ``retention``           which ones are removed
"""
