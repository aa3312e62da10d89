# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Evidence packs: what an auditor is given, in a chain that shows tampering.

- ``gathering``   facts of all hosts from the variables of a task
- ``farm_reading``  facts to the farm of ``_licensing.compliance``
- ``operator_lists``  purchases and users who may connect, from options or files
- ``purchase_documents``  the proofs of purchase, hashed
- ``evidence``    everything that is to be said, and whether it is news
- ``state``       what is compared from one pack to the next, and the differences
- ``tables``      the CSV files
- ``contents``    the files of a pack
- ``pack_name``, ``pack_manifest``  how packs are named, and what each says of itself
- ``pack_writer`` a pack as a ZIP file, streamed
- ``chain``       checks of one pack and of all of them
- ``place``       the folder of the packs, on whatever host
- ``delivery``    what ``rds_evidence_pack`` and ``rds_evidence_pack_info`` do

It stands above ``_reporting`` and ``_licensing`` and imports both; neither imports it.
"""
