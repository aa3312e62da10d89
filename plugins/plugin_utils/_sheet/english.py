# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""English."""

from __future__ import annotations

TEXTS = {
    "title.reinstall": "CALs to be issued again: {name}",
    "title.move": "CALs to be moved: {name}",
    "title.correct_channel": "CALs in the wrong channel: {name}",
    "lead": "Sheet for a call to the Microsoft Clearinghouse. Have it in front of you when you "
    "call; read the IDs in groups of five.",
    "number": "The telephone number: in RD Licensing Manager, open the properties of the license "
    "server, set the connection method to Telephone and choose the country; then Install Licenses "
    "shows it.",
    "masked": "The license numbers are masked on this sheet. Have the proof of purchase at hand, "
    "or print the sheet again with show_numbers: true.",
    "unmasked": "This sheet shows license numbers. Keep it like a password, and destroy it after "
    "the call.",
    "say": "What to say",
    "say.reinstall": "\u201cOur Remote Desktop license server {name} was reinstalled. Its license "
    "server ID has changed, and the CALs that were installed on it are refused as already used. "
    "Please issue them again for the new ID.\u201d",
    "say.move": "\u201cWe move our Remote Desktop CALs from the license server {old} to {name}. "
    "The new server is refused. Please issue the CALs for the ID of the new server and void those "
    "of the old one.\u201d",
    "say.correct_channel": "\u201cCALs on our Remote Desktop license server {name} were installed "
    "through the wrong license program. Please issue them in the program below and void what was "
    "installed.\u201d",
    "reason": "Reason: {reason}",
    "refused": "The automatic way ended with the number {code}. Microsoft publishes no list of "
    "these numbers; the agent may know it.",
    "server.now": "License server, now",
    "server.new": "New license server",
    "server.old": "Old license server",
    "server.before": "The same server before",
    "name": "Name",
    "license_server_id": "License server ID",
    "product_id": "Product ID",
    "release": "System",
    "activated": "Activated",
    "yes": "yes",
    "no": "no",
    "contact": "Registered to",
    "cals": "The CALs",
    "row": "Row",
    "program": "Program",
    "version": "Version",
    "type": "Type",
    "quantity": "Quantity",
    "numbers": "Numbers",
    "license_code": "Product key",
    "license_number": "License number",
    "authorization_number": "Authorization number",
    "agreement_number": "Agreement number",
    "key_pack_code": "Key pack ID",
    "agreement": "Agreement",
    "any_program": "as bought",
    "ask": "What to ask for",
    "ask.code": "A license key pack ID of 35 characters for each row, made for the license server "
    "ID above",
    "ask.void": "That the CALs of the old ID are void, so that they do not count twice",
    "ask.limit": "How often these CALs can still be issued again",
    "ask.reference": "A case number",
    "known_reference": "A case is open already: {reference}",
    "never": "Do not read out: passwords, or anything that is not on this sheet.",
    "note": "Write down",
    "note.date": "Date and time",
    "note.agent": "Agent",
    "note.reference": "Case number",
    "note.code": "Key pack ID, row {row}",
    "next": "How to go on",
    "next.vault": "Put each key pack ID into your vault and name it in this variable, then run the "
    "same playbook again. What is installed already is found and left alone.",
    "next.retry": "If the agent says that the numbers may be used again, run the playbook again "
    "without it.",
}
