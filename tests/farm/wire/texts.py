# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fault texts in English and German. Clients decide by code; the texts are worded here."""

from __future__ import annotations

_WSMAN: dict[int, tuple[str, str]] = {
    2150858778: ("The filter cannot be processed.", "Der Filter kann nicht verarbeitet werden."),
    2150858752: ("The resource was not found.", "Die Ressource wurde nicht gefunden."),
    2150858843: (
        "The selectors do not fit the resource.",
        "Die Selektoren passen nicht zur Ressource.",
    ),
    2150858793: (
        "The operation did not finish within its timeout.",
        "Der Vorgang wurde nicht innerhalb der Zeitüberschreitung beendet.",
    ),
    2150858767: ("A message header is not valid.", "Ein Nachrichtenkopf ist ungültig."),
    2150858769: ("A required header is missing.", "Ein erforderlicher Nachrichtenkopf fehlt."),
    2150858771: ("The action is not supported.", "Die Aktion wird nicht unterstützt."),
    2150858768: ("A mandatory header is not understood.", "Ein Pflichtkopf wird nicht verstanden."),
    2150858779: ("The enumeration context is not valid.", "Der Aufzählungskontext ist ungültig."),
    2150858777: ("The filter dialect is not available.", "Der Filterdialekt ist nicht verfügbar."),
    2150858805: ("An encoding limit was exceeded.", "Ein Codierungsgrenzwert wurde überschritten."),
    2150858817: (
        "The message does not fit the schema.",
        "Die Nachricht entspricht nicht dem Schema.",
    ),
    2150858818: ("The feature is not supported.", "Das Feature wird nicht unterstützt."),
    2150858819: ("The XML is not valid.", "Das XML ist ungültig."),
    2150859010: (
        "The WMI provider reported an error.",
        "Der WMI-Anbieter hat einen Fehler gemeldet.",
    ),
    2150859174: (
        "The user has reached the limit of concurrent operations.",
        "Der Benutzer hat den Grenzwert gleichzeitiger Vorgänge erreicht.",
    ),
    2150859173: (
        "The user has reached the limit of concurrent shells.",
        "Der Benutzer hat den Grenzwert gleichzeitiger Shells erreicht.",
    ),
    5: ("Access is denied.", "Zugriff verweigert."),
    87: ("A parameter is incorrect.", "Falscher Parameter."),
    995: (
        "The operation was aborted: its process ended.",
        "Der Vorgang wurde abgebrochen: Sein Prozess wurde beendet.",
    ),
    2152991672: (
        "The input of PowerShell remoting is not valid.",
        "Die Eingabe für PowerShell-Remoting ist ungültig.",
    ),
    2152991673: (
        "The streams are not those of PowerShell remoting.",
        "Die Datenströme sind nicht die von PowerShell-Remoting.",
    ),
    2152991677: ("The command is not known.", "Der Befehl ist nicht bekannt."),
    2152991678: ("The input stream is not known.", "Der Eingabestrom ist nicht bekannt."),
    2152991680: ("The output stream is not known.", "Der Ausgabestrom ist nicht bekannt."),
    2152991685: (
        "The protocol version does not fit.",
        "Die Protokollversion passt nicht.",
    ),
    2152991687: (
        "The option protocolversion is missing.",
        "Die Option protocolversion fehlt.",
    ),
    2152992672: (
        "PowerShell remoting broke off.",
        "PowerShell-Remoting wurde abgebrochen.",
    ),
}

_WMI: dict[int, tuple[str, str]] = {
    0x80041002: ("Not found", "Nicht gefunden"),
    0x80041003: ("Access denied", "Zugriff verweigert"),
    0x80041005: ("Type mismatch", "Typenkonflikt"),
    0x80041008: ("Invalid parameter", "Ungültiger Parameter"),
    0x80041009: ("Not available", "Nicht verfügbar"),
    0x8004100C: ("Not supported", "Nicht unterstützt"),
    0x8004100E: ("Invalid namespace", "Ungültiger Namespace"),
    0x80041010: ("Invalid class", "Ungültige Klasse"),
    0x80041016: ("Invalid operation", "Ungültiger Vorgang"),
    0x80041017: ("Invalid query", "Ungültige Abfrage"),
    0x80041023: ("Read-only property", "Schreibgeschützte Eigenschaft"),
    0x80041024: ("Provider not capable", "Anbieter kann den Vorgang nicht ausführen"),
    0x80041028: ("Illegal null value", "Unzulässiger Nullwert"),
    0x8004102B: ("Value out of range", "Wert außerhalb des gültigen Bereichs"),
    0x8004102E: ("Invalid method", "Ungültige Methode"),
    0x8004102F: ("Invalid method parameters", "Ungültige Methodenparameter"),
}


def wsman_text(code: int, german: bool) -> str:
    """The text of a WS-Management code."""
    return _WSMAN[code][1 if german else 0]


def wmi_text(code: int, german: bool) -> str:
    """The text of a WMI code."""
    return _WMI.get(code, ("Failed", "Fehler"))[1 if german else 0]
