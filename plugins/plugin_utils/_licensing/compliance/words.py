# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sentences of this room, by code, in English and French.

The codes are stable; the sentences may become better. Results are in English; reports choose.
"""

from __future__ import annotations

from collections.abc import Mapping

from .words_fr import SENTENCES_FR

Value = str | int | bool | None
"""What a sentence says in names and numbers."""

SENTENCES: Mapping[str, str] = {
    # -- session hosts of the matrix
    "no_cal_needed": "In mode {mode} it asks no license server for CALs.",
    "mode_not_configured": "Its licensing mode is not configured.",
    "mode_unknown": "Its licensing mode is not known.",
    "no_server": "It has no license server in its list.",
    "servers_unknown": "Its list of license servers is not known.",
    "server_unknown": (
        "Of {servers} at least one is a license server of which there are no facts; the others "
        "have no CAL that fits."
    ),
    "activation_unknown": "CALs fit, but whether their license server is activated is not known.",
    "packs_unknown": (
        "CALs for {mode} are on {servers}, but whether they fit cannot be told: their version, "
        "suite or number, or the version of the session host, is not known."
    ),
    "fits": "CALs for {mode} that Windows Server {version} accepts are on {servers}.",
    "fits_none_free": (
        "CALs for {mode} that Windows Server {version} accepts are on {servers}, but all of them "
        "are issued: new devices get none."
    ),
    "fits_probably": (
        "CALs for {mode} that Windows Server {version} accepts by the rule are on {servers}; no "
        "table of Microsoft has this case."
    ),
    "server_not_activated": (
        "CALs fit, but their license server is not activated and issues temporary ones only."
    ),
    "cals_too_old": (
        "The CALs for {mode} on {servers} are all older than Windows Server {version}, which "
        "accepts its own and newer ones."
    ),
    "other_type": "No CALs for {mode} are on {servers}, only of the other type.",
    "expired_only": "The CALs for {mode} on {servers} have expired.",
    "no_cals": "No CALs are on {servers}.",
    # -- packs of the matrix
    "pack_used": "{hosts} session hosts can use it.",
    "pack_probably": "{hosts} session hosts can use it by the rule; no table has this case.",
    "pack_use_unknown": "Of some session hosts the mode, version or list is not known.",
    "pack_not_comparable": "Its version, type or suite cannot be held against session hosts.",
    "no_hosts": "No session hosts were looked at.",
    "idle_in_no_list": "{server} is in the list of no session host that was looked at.",
    "idle_other_mode": "No session host that lists {server} is in the mode for it.",
    "idle_too_old": (
        "All session hosts in its mode that list {server} are newer than {version} and do not "
        "accept it."
    ),
    # -- rules of the reconciliation
    "per_device_enforced": (
        "Per Device CALs are enforced: a license server issues what is installed. Installed and "
        "issued are held against owned."
    ),
    "per_user_authorized": (
        "Per User CALs are not enforced: every user who may connect needs one. {used} authorized "
        "users are held against owned."
    ),
    "per_user_issued": (
        "Per User CALs are not enforced. The number of authorized users is not known, so what was "
        "issued is held against owned; it may be too few."
    ),
    "per_user_unknown": (
        "Per User CALs are not enforced, and neither the authorized users nor a report of issued "
        "CALs is known: only installed is held against owned."
    ),
    "not_comparable": "A CAL of unknown version or type is held against nothing.",
    # -- findings of the reconciliation
    "cal_over_used": "{used} CALs are in use or needed, {short} more than are owned.",
    "cal_over_installed": "{installed} CALs are installed, {short} more than are owned.",
    "cal_over_issued": "{over} CALs are issued beyond what is installed.",
    "cal_not_installed": "{quantity} CALs are owned and not installed.",
    "cal_probably_covered": (
        "{quantity} CALs of {newer} stand in for it by the rule; no table of Microsoft has this "
        "case."
    ),
    "cal_unlimited": "{packs} packs show no limit and are in no sum.",
    "cal_expired": "{quantity} installed CALs have expired and are not counted.",
    "cal_none_issued": "Of {installed} Per Device CALs none is issued.",
    "authorized_below_issued": (
        "{issued} CALs are issued to users, more than the {authorized} who are authorized."
    ),
    "cal_wrong_channel": (
        "{quantity} CALs are installed as {installed_program} and were bought as {owned_program}: "
        "the channel of the installation is wrong."
    ),
    "entitlement_ended": "{where}: {quantity} CALs ended on {date} and are not counted.",
    "entitlement_not_yet": "{where}: {quantity} CALs begin on {date} and are not counted yet.",
    "entitlement_rented": (
        "{where}: {quantity} CALs under SPLA are rented by the month, and what counts there is "
        "every user or device with access, not what is issued."
    ),
    "document_missing": "{where}: the document {document} is not there.",
    "document_unreadable": "{where}: the document {document} cannot be read: {why}.",
    "document_differs": "{where}: the document {document} is not the one that was named by hash.",
    "document_none": "{where}: no document proves the purchase.",
    # -- what is not known
    "no_entitlements": "No purchases were given: what is owned is not known.",
    "no_facts": "There are no facts of {servers}: what is installed and issued there is missing.",
    "no_servers": "No license servers were looked at.",
    "packs_unreadable": "The number of CALs of {packs} packs cannot be read.",
    "authorized_unknown": "How many users are authorized was not given.",
    "authorized_version_unknown": (
        "{users} authorized users cannot be held against versions: no session host with a known "
        "version is in the mode Per User."
    ),
    "per_user_issued_unknown": (
        "{servers} gave no report of Per User CALs: what is issued to users is not known."
    ),
}


_BY_LANGUAGE = {"en": SENTENCES, "fr": SENTENCES_FR}


def sentence(code: str, values: Mapping[str, Value], language: str = "en") -> str:
    """The sentence of a code.

    :param language: ``en`` or ``fr``.
    :raises KeyError: there is no such code or language, or a value is missing.
    """
    return _BY_LANGUAGE[language][code].format_map(dict(values))
