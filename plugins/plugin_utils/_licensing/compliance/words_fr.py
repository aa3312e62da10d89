# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sentences of this room in French."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES_FR: Mapping[str, str] = {
    # -- session hosts of the matrix
    "no_cal_needed": "En mode {mode}, il ne demande de CAL à aucun serveur de licences.",
    "mode_not_configured": "Son mode de licence n'est pas configuré.",
    "mode_unknown": "Son mode de licence n'est pas connu.",
    "no_server": "Sa liste de serveurs de licences est vide.",
    "servers_unknown": "Sa liste de serveurs de licences n'est pas connue.",
    "server_unknown": (
        "Parmi {servers}, au moins un serveur de licences n'a pas été relevé ; les autres n'ont "
        "aucune CAL qui convienne."
    ),
    "activation_unknown": (
        "Des CAL conviennent, mais on ne sait pas si leur serveur de licences est activé."
    ),
    "packs_unknown": (
        "Sur {servers} : des CAL de type {mode}, mais on ne peut dire si elles conviennent : leur "
        "version, leur suite ou leur nombre, ou la version de l'hôte, n'est pas connu."
    ),
    "fits": "Sur {servers} : des CAL de type {mode} que Windows Server {version} accepte.",
    "fits_none_free": (
        "Sur {servers} : des CAL de type {mode} que Windows Server {version} accepte, mais toutes "
        "sont émises : un nouveau périphérique n'en reçoit pas."
    ),
    "fits_probably": (
        "Sur {servers} : des CAL de type {mode} que Windows Server {version} accepte selon la "
        "règle ; aucun tableau de Microsoft ne donne ce cas."
    ),
    "server_not_activated": (
        "Des CAL conviennent, mais leur serveur de licences n'est pas activé et n'en émet que de "
        "temporaires."
    ),
    "cals_too_old": (
        "Les CAL de type {mode} de {servers} sont toutes plus anciennes que Windows Server "
        "{version}, qui accepte celles de sa version et des suivantes."
    ),
    "other_type": "Aucune CAL de type {mode} sur {servers}, seulement de l'autre type.",
    "expired_only": "Les CAL de type {mode} de {servers} ont expiré.",
    "no_cals": "Aucune CAL sur {servers}.",
    # -- packs of the matrix
    "pack_used": "Utilisable par {hosts} hôtes de session.",
    "pack_probably": (
        "Utilisable par {hosts} hôtes de session selon la règle ; aucun tableau ne donne ce cas."
    ),
    "pack_use_unknown": (
        "Pour certains hôtes de session, le mode, la version ou la liste n'est pas connu."
    ),
    "pack_not_comparable": (
        "Sa version, son type ou sa suite ne peut être rapproché des hôtes de session."
    ),
    "no_hosts": "Aucun hôte de session n'a été examiné.",
    "idle_in_no_list": "{server} n'est dans la liste d'aucun hôte de session examiné.",
    "idle_other_mode": (
        "Aucun hôte de session ayant {server} dans sa liste n'est dans le mode voulu."
    ),
    "idle_too_old": (
        "Tous les hôtes de session de ce mode ayant {server} dans leur liste sont plus récents "
        "que {version} et ne l'acceptent pas."
    ),
    # -- rules of the reconciliation
    "per_device_enforced": (
        "Les CAL par périphérique sont contrôlées : un serveur de licences émet ce qui est "
        "installé. Installées et émises sont comparées aux acquises."
    ),
    "per_user_authorized": (
        "Les CAL par utilisateur ne sont pas contrôlées : il en faut une à tout utilisateur qui "
        "peut se connecter. {used} utilisateurs autorisés sont comparés aux CAL acquises."
    ),
    "per_user_issued": (
        "Les CAL par utilisateur ne sont pas contrôlées. Le nombre d'utilisateurs autorisés n'est "
        "pas connu ; les CAL émises sont comparées aux acquises, ce qui peut être trop peu."
    ),
    "per_user_unknown": (
        "Les CAL par utilisateur ne sont pas contrôlées, et ni les utilisateurs autorisés ni un "
        "rapport des CAL émises ne sont connus : seules les installées sont comparées aux acquises."
    ),
    "not_comparable": "Une CAL de version ou de type inconnu n'est comparée à rien.",
    # -- findings of the reconciliation
    "cal_over_used": "{used} CAL utilisées ou nécessaires, soit {short} de plus qu'acquises.",
    "cal_over_installed": "{installed} CAL installées, soit {short} de plus qu'acquises.",
    "cal_over_issued": "{over} CAL émises au-delà de ce qui est installé.",
    "cal_not_installed": "{quantity} CAL acquises et non installées.",
    "cal_probably_covered": (
        "{quantity} CAL de {newer} en tiennent lieu selon la règle ; aucun tableau de Microsoft "
        "ne donne ce cas."
    ),
    "cal_unlimited": "{packs} packs sont sans limite et n'entrent dans aucune somme.",
    "cal_expired": "{quantity} CAL installées ont expiré et ne sont pas comptées.",
    "cal_none_issued": "Des {installed} CAL par périphérique, aucune n'est émise.",
    "authorized_below_issued": (
        "{issued} CAL émises à des utilisateurs, plus que les {authorized} autorisés."
    ),
    "cal_wrong_channel": (
        "{quantity} CAL installées comme {installed_program} et acquises comme {owned_program} : "
        "le canal d'installation est faux."
    ),
    "entitlement_ended": (
        "{where} : {quantity} CAL arrivées à leur terme le {date}, qui ne sont pas comptées."
    ),
    "entitlement_not_yet": (
        "{where} : {quantity} CAL à partir du {date}, qui ne sont pas encore comptées."
    ),
    "entitlement_rented": (
        "{where} : {quantity} CAL sous SPLA sont louées au mois ; y compte tout utilisateur ou "
        "périphérique ayant accès, non ce qui est émis."
    ),
    "document_missing": "{where} : le document {document} n'est pas là.",
    "document_unreadable": "{where} : le document {document} est illisible : {why}.",
    "document_differs": (
        "{where} : le document {document} n'est pas celui que son empreinte désigne."
    ),
    "document_none": "{where} : aucun document ne prouve l'achat.",
    # -- what is not known
    "no_entitlements": "Aucun achat n'a été indiqué : ce qui est acquis n'est pas connu.",
    "no_facts": ("Rien n'a été relevé sur {servers} : il manque ce qui y est installé et émis."),
    "no_servers": "Aucun serveur de licences n'a été examiné.",
    "packs_unreadable": "Le nombre de CAL de {packs} packs est illisible.",
    "authorized_unknown": "Le nombre d'utilisateurs autorisés n'a pas été indiqué.",
    "authorized_version_unknown": (
        "{users} utilisateurs autorisés ne peuvent être rapportés à une version : aucun hôte de "
        "session de version connue n'est en mode par utilisateur."
    ),
    "per_user_issued_unknown": (
        "Pas de rapport des CAL par utilisateur de {servers} : ce qui est émis à des utilisateurs "
        "n'est pas connu."
    ),
}
