# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""French. Apostrophes and the spaces of French punctuation are set by ``wording``."""

from __future__ import annotations

TEXTS = {
    "title.reinstall": "CAL à réémettre : {name}",
    "title.move": "CAL à transférer : {name}",
    "title.correct_channel": "CAL dans le mauvais programme : {name}",
    "lead": "Fiche pour un appel au centre de traitement (Clearinghouse) de Microsoft. Gardez-la "
    "sous les yeux pendant l'appel ; dictez les identifiants par groupes de cinq.",
    "number": "Le numéro de téléphone : dans le Gestionnaire de licences des services Bureau à "
    "distance, ouvrez les propriétés du serveur de licences, choisissez la méthode de connexion "
    "Téléphone et le pays ; « Installer les licences » l'affiche ensuite.",
    "masked": "Les numéros de licence sont masqués sur cette fiche. Ayez la preuve d'achat sous la "
    "main, ou éditez la fiche à nouveau avec show_numbers: true.",
    "unmasked": "Cette fiche montre des numéros de licence. Gardez-la comme un mot de passe et "
    "détruisez-la après l'appel.",
    "say": "Ce qu'il faut dire",
    "say.reinstall": "« Notre serveur de licences Bureau à distance {name} a été réinstallé. Son "
    "identifiant de serveur de licences a changé, et les CAL qui y étaient installées sont "
    "refusées comme déjà utilisées. Merci de les réémettre pour le nouvel identifiant. »",
    "say.move": "« Nous transférons nos CAL Bureau à distance du serveur de licences {old} vers "
    "{name}. Le nouveau serveur est refusé. Merci d'émettre les CAL pour l'identifiant du nouveau "
    "serveur et d'annuler celles de l'ancien. »",
    "say.correct_channel": "« Des CAL de notre serveur de licences Bureau à distance {name} ont "
    "été installées dans le mauvais programme de licence. Merci de les émettre dans le programme "
    "ci-dessous et d'annuler ce qui a été installé. »",
    "reason": "Motif : {reason}",
    "refused": "La voie automatique s'est terminée par le numéro {code}. Microsoft ne publie pas "
    "de liste de ces numéros ; l'agent le connaît peut-être.",
    "server.now": "Serveur de licences, aujourd'hui",
    "server.new": "Nouveau serveur de licences",
    "server.old": "Ancien serveur de licences",
    "server.before": "Le même serveur, avant",
    "name": "Nom",
    "license_server_id": "Identifiant du serveur de licences",
    "product_id": "Identifiant de produit",
    "release": "Système",
    "activated": "Activé",
    "yes": "oui",
    "no": "non",
    "contact": "Enregistré au nom de",
    "cals": "Les CAL",
    "row": "Ligne",
    "program": "Programme",
    "version": "Version",
    "type": "Type",
    "quantity": "Quantité",
    "numbers": "Numéros",
    "license_code": "Clé de produit",
    "license_number": "Numéro de licence",
    "authorization_number": "Numéro d'autorisation",
    "agreement_number": "Numéro de contrat",
    "key_pack_code": "Identifiant du pack",
    "agreement": "Contrat",
    "any_program": "selon l'achat",
    "ask": "Ce qu'il faut demander",
    "ask.code": "Un identifiant de pack de licences (35 caractères) par ligne, établi pour "
    "l'identifiant de serveur de licences ci-dessus",
    "ask.void": "L'annulation des CAL de l'ancien identifiant, pour qu'elles ne comptent pas deux "
    "fois",
    "ask.limit": "Combien de fois ces CAL peuvent encore être réémises",
    "ask.reference": "Un numéro de dossier",
    "known_reference": "Un dossier est déjà ouvert : {reference}",
    "never": "À ne pas dicter : des mots de passe, ni rien qui ne figure pas sur cette fiche.",
    "note": "À noter",
    "note.date": "Date et heure",
    "note.agent": "Agent",
    "note.reference": "Numéro de dossier",
    "note.code": "Identifiant du pack, ligne {row}",
    "next": "Pour continuer",
    "next.vault": "Mettez chaque identifiant de pack dans votre coffre et nommez-le dans cette "
    "variable, puis relancez le même playbook. Ce qui est déjà installé est reconnu et laissé tel "
    "quel.",
    "next.retry": "Si l'agent dit que les numéros peuvent resservir, relancez le playbook sans "
    "elle.",
}
