# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The events that the farm can word by itself: where Windows writes them and what they say.

Microsoft Learn and the support articles name providers, ids, levels and channels; the texts are
worded here. Both role services also have records of other programs around them, some with the
same ids: a reader has to look at the source.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

RCM = "Microsoft-Windows-TerminalServices-RemoteConnectionManager"
LICENSING = "Microsoft-Windows-TerminalServices-Licensing"
LEGACY_SOURCES = {RCM: "TermService", LICENSING: "TermServLicensing"}


class Level(enum.IntEnum):
    """EventType of Win32_NTLogEvent."""

    ERROR = 1
    WARNING = 2
    INFORMATION = 3

    @property
    def winevt(self) -> int:
        """The level of the newer event log: 2 error, 3 warning, 4 information."""
        return int(self) + 1

    @property
    def severity(self) -> int:
        """The two highest bits of an event identifier."""
        return 4 - int(self)


@dataclass(frozen=True, slots=True)
class EventKind:
    """One event: ``log`` is ``system`` or the provider's channel ``admin``."""

    id: int
    provider: str
    log: str
    level: Level
    text: str
    german: str


EVENTS: dict[int, EventKind] = {
    kind.id: kind
    for kind in (
        EventKind(
            1003,
            RCM,
            "system",
            Level.WARNING,
            "The client presented a license that is not valid.",
            "Der Client hat eine ungültige Lizenz vorgelegt.",
        ),
        EventKind(
            1004,
            RCM,
            "system",
            Level.ERROR,
            "No client license could be issued.",
            "Es konnte keine Clientlizenz ausgestellt werden.",
        ),
        EventKind(
            1006,
            RCM,
            "admin",
            Level.WARNING,
            "Many incomplete connections were received.",
            "Es gingen viele unvollständige Verbindungen ein.",
        ),
        EventKind(
            1011,
            RCM,
            "system",
            Level.WARNING,
            "A session was refused: the temporary license of %1 has expired.",
            "Eine Sitzung wurde abgelehnt: Die temporäre Lizenz von %1 ist abgelaufen.",
        ),
        EventKind(
            1028,
            RCM,
            "system",
            Level.WARNING,
            "The license of %1 could not be renewed.",
            "Die Lizenz von %1 konnte nicht erneuert werden.",
        ),
        EventKind(
            1068,
            RCM,
            "admin",
            Level.WARNING,
            "The licensing mode is not configured.",
            "Der Lizenzierungsmodus ist nicht konfiguriert.",
        ),
        EventKind(
            1069,
            RCM,
            "admin",
            Level.ERROR,
            "The grace period is over and the licensing mode is not configured.",
            "Die Toleranzperiode ist vorbei und der Lizenzierungsmodus nicht konfiguriert.",
        ),
        EventKind(
            1128,
            RCM,
            "admin",
            Level.ERROR,
            "The grace period is over and no license server with licenses was found.",
            "Die Toleranzperiode ist vorbei; es wurde kein Lizenzserver mit Lizenzen gefunden.",
        ),
        EventKind(
            1129,
            RCM,
            "admin",
            Level.ERROR,
            "The grace period is about to end.",
            "Die Toleranzperiode läuft bald ab.",
        ),
        EventKind(
            1130,
            RCM,
            "admin",
            Level.ERROR,
            "No license server is specified.",
            "Es ist kein Lizenzserver angegeben.",
        ),
        EventKind(
            9,
            LICENSING,
            "system",
            Level.ERROR,
            "The database file is not valid.",
            "Die Datenbankdatei ist ungültig.",
        ),
        EventKind(
            12,
            LICENSING,
            "system",
            Level.ERROR,
            "The license server did not start: all requests are refused.",
            "Der Lizenzserver ist nicht gestartet: Alle Anforderungen werden abgelehnt.",
        ),
        EventKind(
            19,
            LICENSING,
            "system",
            Level.ERROR,
            "A certificate of the license server cannot be used.",
            "Ein Zertifikat des Lizenzservers ist nicht verwendbar.",
        ),
        EventKind(
            17,
            LICENSING,
            "system",
            Level.ERROR,
            "A certificate of the license server is damaged.",
            "Ein Zertifikat des Lizenzservers ist beschädigt.",
        ),
        EventKind(
            18,
            LICENSING,
            "system",
            Level.WARNING,
            "The license server is not activated.",
            "Der Lizenzserver ist nicht aktiviert.",
        ),
        EventKind(
            20,
            LICENSING,
            "system",
            Level.WARNING,
            "Too few permanent licenses are left for %1.",
            "Für %1 sind zu wenige permanente Lizenzen übrig.",
        ),
        EventKind(
            21,
            LICENSING,
            "system",
            Level.WARNING,
            "There are no permanent licenses for %1.",
            "Für %1 gibt es keine permanenten Lizenzen.",
        ),
        EventKind(
            22,
            LICENSING,
            "system",
            Level.WARNING,
            "No licenses are left for %1.",
            "Für %1 sind keine Lizenzen übrig.",
        ),
        EventKind(
            44,
            LICENSING,
            "system",
            Level.ERROR,
            "A database error has occurred.",
            "Ein Datenbankfehler ist aufgetreten.",
        ),
        EventKind(
            74,
            LICENSING,
            "system",
            Level.INFORMATION,
            "The license server was added to Terminal Server License Servers.",
            "Der Lizenzserver wurde zu den Terminalserver-Lizenzservern hinzugefügt.",
        ),
        EventKind(
            76,
            LICENSING,
            "system",
            Level.WARNING,
            "The license server was removed from Terminal Server License Servers.",
            "Der Lizenzserver wurde aus den Terminalserver-Lizenzservern entfernt.",
        ),
        EventKind(
            88,
            LICENSING,
            "system",
            Level.WARNING,
            "The license database was rebuilt.",
            "Die Lizenzdatenbank wurde neu erstellt.",
        ),
        EventKind(
            4100,
            LICENSING,
            "system",
            Level.ERROR,
            "The license database may be damaged.",
            "Die Lizenzdatenbank ist möglicherweise beschädigt.",
        ),
        EventKind(
            4105,
            LICENSING,
            "system",
            Level.WARNING,
            "The license attributes of the user %1 in the domain %2 cannot be updated. "
            "Win32 error code: %3",
            "Die Lizenzattribute des Benutzers %1 in der Domäne %2 können nicht aktualisiert "
            "werden. Win32-Fehlercode: %3",
        ),
        EventKind(
            4107,
            LICENSING,
            "system",
            Level.ERROR,
            "Active Directory cannot be reached.",
            "Active Directory ist nicht erreichbar.",
        ),
        EventKind(
            4108,
            LICENSING,
            "system",
            Level.ERROR,
            "Active Directory cannot be reached any more.",
            "Active Directory ist nicht mehr erreichbar.",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class NoiseKind:
    """Records of other programs."""

    source: str
    id: int
    level: Level
    text: str


NOISE: dict[str, tuple[NoiseKind, ...]] = {
    "System": (
        NoiseKind("Service Control Manager", 7036, Level.INFORMATION, "A service changed."),
        NoiseKind("Microsoft-Windows-DNS-Client", 1014, Level.WARNING, "A name timed out."),
        # The id of an event of Remote Desktop, from somebody else.
        NoiseKind("Microsoft-Windows-GroupPolicy", 1129, Level.ERROR, "No controller was found."),
        NoiseKind("Microsoft-Windows-Time-Service", 37, Level.INFORMATION, "The time is received."),
        NoiseKind("Microsoft-Windows-DistributedCOM", 10016, Level.WARNING, "A right is missing."),
        NoiseKind("Microsoft-Windows-Kernel-General", 16, Level.INFORMATION, "A hive was cleared."),
        NoiseKind("Service Control Manager", 7040, Level.INFORMATION, "A start type changed."),
    ),
    "Application": (
        # Again ids that Remote Desktop uses as well.
        NoiseKind("Microsoft-Windows-Security-SPP", 1003, Level.INFORMATION, "Checked."),
        NoiseKind("MsiInstaller", 1004, Level.WARNING, "A component is missing."),
        NoiseKind("ESENT", 102, Level.INFORMATION, "A database engine started."),
    ),
    "Security": (
        NoiseKind("Microsoft-Windows-Security-Auditing", 4624, Level.INFORMATION, "A logon."),
    ),
}
