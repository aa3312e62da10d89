# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which CALs a license server can hold and which a session host accepts, by version.

A license server holds CALs of its own version and of older ones (Microsoft Learn: "License your
RDS deployment with client access licenses", the table). The prose of that page says the opposite;
its table and the older article on license servers agree with each other.

A session host accepts CALs of its own version and of newer ones (the same page; Microsoft Learn:
"Cannot connect to RDS because no RD Licensing servers are available", for the older versions).
"""

from __future__ import annotations

VERSIONS = ("2008", "2012", "2016", "2019", "2022", "2025")
"""The versions that CALs are sold for; the R2 releases use those of their year."""

RULE = "a license server holds CALs of its own version and of older ones"
HOST_RULE = "a session host accepts CALs of its own version and of newer ones"

_DOCUMENTED = frozenset(VERSIONS[2:])
"""Of these versions the table has every cell; the others follow from the rule."""
_HOST_GUESSES = frozenset(
    {
        *((host, cal) for host in ("2008", "2012") for cal in ("2022", "2025")),
        *((host, cal) for host in ("2022", "2025") for cal in ("2008", "2012")),
    }
)
"""Session hosts and CALs that neither of the two tables has; they follow from the rule."""

_FIRST_BUILDS = (
    (6001, "2008"),
    (9200, "2012"),
    (14393, "2016"),
    (17763, "2019"),
    (20348, "2022"),  # and the annual release 25398, which sells no CALs of its own
    (26100, "2025"),
)


def release_of(build: int | None) -> str | None:
    """The Windows Server release of a build; a build between two is of the older one.

    :returns: None for no build, or one that is older than all of them.
    """
    known = [release for first, release in _FIRST_BUILDS if build is not None and build >= first]
    return known[-1] if known else None


def can_hold(server: str, cal: str) -> bool:
    """Whether a license server of one version can hold CALs of another."""
    return VERSIONS.index(cal) <= VERSIONS.index(server)


def is_documented(server: str, cal: str) -> bool:
    """Whether Microsoft's table says so, rather than the rule alone."""
    return {server, cal} <= _DOCUMENTED


def host_accepts(host: str, cal: str) -> bool:
    """Whether a session host of one version accepts CALs of another."""
    return VERSIONS.index(cal) >= VERSIONS.index(host)


def is_documented_for_hosts(host: str, cal: str) -> bool:
    """Whether one of Microsoft's tables says so, rather than the rule alone."""
    return (host, cal) not in _HOST_GUESSES
