# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts and their rights."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass


class Rights(enum.StrEnum):
    """What an account may do on a host."""

    ADMINISTRATOR = "administrator"
    REMOTE_MANAGEMENT_USER = "remote_management_user"
    NO_REMOTE_ENABLE = "no_remote_enable"
    PLAIN = "plain"


class Scope(enum.StrEnum):
    """Where an account lives: in the domain, on each host of its own, or both."""

    DOMAIN = "domain"
    LOCAL = "local"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Account:
    """A user as the scenario declares it."""

    name: str
    password: str
    rights: Rights = Rights.ADMINISTRATOR
    scope: Scope = Scope.ANY


@dataclass(frozen=True, slots=True)
class Identity:
    """An authenticated caller on one host."""

    user: str
    rights: Rights
    domain: str | None = None

    @property
    def administrator(self) -> bool:
        """True for a member of the local Administrators group."""
        return self.rights is Rights.ADMINISTRATOR


DEFAULT_PASSWORD = "Simulated-Only-1"
DEFAULT_ACCOUNTS: tuple[Account, ...] = (
    Account("administrator", DEFAULT_PASSWORD),
    Account("rmuser", DEFAULT_PASSWORD, Rights.REMOTE_MANAGEMENT_USER),
    Account("noremote", DEFAULT_PASSWORD, Rights.NO_REMOTE_ENABLE),
    Account("plainuser", DEFAULT_PASSWORD, Rights.PLAIN),
)


@dataclass(frozen=True, slots=True)
class Login:
    """A name as it arrives on the wire: ``DOMAIN\\user``, ``user@domain`` or ``user``."""

    domain: str
    user: str

    @classmethod
    def parse(cls, text: str) -> Login:
        """Split a login name; a UPN keeps its DNS domain."""
        if "\\" in text:
            domain, dummy, user = text.partition("\\")
            return cls(domain, user)
        if "@" in text:
            user, dummy, domain = text.rpartition("@")
            return cls(domain, user)
        return cls("", text)


def find_account(accounts: Iterable[Account], user: str) -> Account | None:
    """The account of that name, compared as Windows does: without case."""
    return next((a for a in accounts if a.name.lower() == user.lower()), None)
