# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes secrets and names out of a record, so that it can be passed on.

What is taken out gets a stand-in of the same shape (letters for letters, digits for digits), the
same one everywhere under one key, so that a record still makes sense. The key is random and is
thrown away after the run: nobody can find the originals by trying.
"""

from __future__ import annotations

import hmac
import itertools
import re
import string
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

from .bytes_kept import heads_cleaned
from .recording import Exchange, Record, Step

SECRETS = frozenset(
    [
        "sLicenseCode", "sLicenseNumber", "sAuthorizationNumber", "sAgreementNumber",
        "sLicenseKeyPackId", "sConfirmCode", "sLicenseServerId", "sNewLicenseServerId",
        "sSourceLSProductId", "ProductId", "sHardwareId", "SID", "FirstName", "LastName",
        "Company", "eMail", "OrgUnit", "Address", "City", "PostalCode", "CountryRegion",
        "sIssuedToUser", "User", "InsertionStrings", "license_server_id", "product_id",
        "first_name", "last_name", "company", "email", "org_unit", "postal_code", "country",
        "hardware_id", "issued_to_user", "user", "computer_sid", "strings", "process",
    ]
)  # fmt: skip
"""Elements of messages, and keys of results and steps, that are taken out in every case."""
NAMES = frozenset(
    [
        "CSName", "Domain", "Workgroup", "ServerName", "sIssuedToComputer", "SpecifiedLSList",
        "name", "domain", "workgroup", "servers", "issued_to_computer", "remote_user",
    ]
)  # fmt: skip
"""Those that name hosts, domains and group policies."""
_ELEMENT = re.compile(r"<(?:\w+:)?(?P<name>\w+)(?:\s[^<>]*)?>(?P<text>[^<>]+)</")
_TEXT = re.compile(r"(?<=>)(?!http://schemas\.)[^<>]+(?=<)|(?<=Machine=\")[^\"]+")
_BINARY = re.compile(r"(<(?:\w+:)?uValue>)\d+(</(?:\w+:)?uValue>)")
_FULL_NAME = r"(?<![\w./-])(?=[\w-]*[A-Za-z])[\w-]+(?:\.[A-Za-z][\w-]*){2,}(?![\w(])"
_DIRECTORY_NAME = r"(?<=\b(?:DC|OU)=)[^,<>\"]+"
_BUNDLE = re.compile(r"(?P<server>[\w-]+?)(?P<rest>-\d{8}T\d{6}Z[\w.-]*\.zip[\w.]*)")
_ADDRESS = r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])"
_SYSTEM_ID = "S-1-5-21"
"""What SIDs of accounts and computers begin with; three numbers of the machine or domain follow,
and one of the account: those below 1000 are everybody's (well-known SIDs)."""
_FIRST_OWN = 1000
_WELL_KNOWN = re.compile(r"S-1-(?!5-21-)[\d-]+")
_OURS = ("remote_desktop.licensing", "ansible.builtin")
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_WORDS = frozenset(
    [
        "true", "false", "none", "null", "localhost", "workgroup", "local", "any", "com", "org",
        "net", "root", "cimv2", "wsman", "windows", "server", "microsoft", "http", "https",
        "policy", "licensing", "session_host", "administrator", "administrators", "users",
        "system", "nt authority", "builtin", "everyone", "network service", "local service",
    ]
)  # fmt: skip
"""Words that mean the same everywhere."""
_SHORTEST = 3


class Cleaner:
    """Cleans the records of one run.

    :param key: random, the same for all records of the run.
    :param hide: texts to be taken out wherever they stand: names of hosts and accounts.
    :param keep_names: leave names of hosts, domains and accounts as they are.
    """

    def __init__(self, key: bytes, hide: Iterable[str] = (), *, keep_names: bool = False) -> None:
        self._key = key
        self._keep_names = keep_names
        self._hide = set() if keep_names else set(hide)

    def clean(self, record: Record) -> Record:
        """Return a copy without them. Names of modules, classes and properties stay."""
        known = self._known_texts(record)
        private = self._pattern(known)
        anywhere = re.compile(_any_of(known), re.IGNORECASE)

        def text(said: str) -> str:
            return self._clean_text(said, private)

        def walk(value: Any) -> Any:
            return _walk(value, text, self._hide)

        def of_bytes(said: str) -> str:
            # Anything may look like a name or an end of one there: only what is known counts.
            return anywhere.sub(lambda found: self.stand_in(found[0]), said)

        def message(said: str) -> str:
            return _TEXT.sub(lambda found: text(found[0]), said)

        def exchange(each: Exchange) -> Exchange:
            answer = message(each.answer)
            if "GetBinaryValue" in each.request:
                # Certificates, identifiers and other binary values of the registry.
                answer = _BINARY.sub(r"\g<1>0\g<2>", answer)
            return Exchange(message(each.request), each.status, answer, walk(each.error))

        def step(each: Step) -> Step:
            output = walk(heads_cleaned(each.output, of_bytes))
            return Step(each.operation, walk(each.options), each.sent, output, walk(each.error))

        return replace(
            record,
            host=record.host if self._keep_names else text(record.host),
            options=walk(record.options),
            connection=walk(record.connection),
            carrier=walk(record.carrier),
            variables=walk(record.variables),
            given=walk(record.given),
            exchanges=[exchange(each) for each in record.exchanges],
            steps=[step(each) for each in record.steps],
            result=walk(record.result),
        )

    def stand_in(self, text: str) -> str:
        """A text of the same shape, whatever its case."""
        stream = self._stream(text.casefold())
        return "".join(_like(letter, byte) for letter, byte in zip(text, stream, strict=False))

    def _stream(self, text: str) -> Iterator[int]:
        for number in itertools.count():
            yield from hmac.new(self._key, f"{number}:{text}".encode(), sha256).digest()

    def _clean_text(self, said: str, private: re.Pattern[str]) -> str:
        # In one pass: a stand-in must not be taken for something to be taken out.
        return private.sub(self._replaced, said)

    def _replaced(self, found: re.Match[str]) -> str:
        text = found[0]
        match found.lastgroup:
            case "sid":
                return self._system_id(text)
            case "full":
                return self._full_name(text)
            case "address":
                # Addresses for documentation (RFC 5737); equal ones stay equal.
                return f"192.0.2.{next(self._stream(text))}"
            case _:
                return self.stand_in(text)

    def _system_id(self, text: str) -> str:
        # The machine and the account apart: a SID stands with its account here, without it there.
        numbers = text.removeprefix(f"{_SYSTEM_ID}-").split("-")
        machine = self.stand_in("-".join(numbers[:3]))
        own = (each if int(each) < _FIRST_OWN else self.stand_in(each) for each in numbers[3:])
        return "-".join([_SYSTEM_ID, machine, *own])

    def _full_name(self, text: str) -> str:
        if text.startswith(_OURS):
            return text
        bundle = _BUNDLE.fullmatch(text)
        if bundle is not None:
            return f"{self.stand_in(bundle['server'])}{bundle['rest']}"
        # Part by part, so that the short name within it is the stand-in of the short name.
        return ".".join(map(self.stand_in, text.split(".")))

    def _known_texts(self, record: Record) -> list[str]:
        """What has to go from this record, the long before the short."""
        wanted = SECRETS if self._keep_names else SECRETS | NAMES
        found = set(self._hide)
        if not self._keep_names:
            found.add(record.host)
        for each in record.exchanges:
            for element in _ELEMENT.finditer(each.request + each.answer):
                if element["name"] in wanted:
                    found.add(element["text"])
        parts: list[Any] = [record.options, record.result]
        parts += [record.connection, record.variables, record.given]
        parts += [part for each in record.steps for part in (each.options, each.output)]
        found |= {text for part in parts for text in _texts_under(part, wanted)}
        if not self._keep_names:
            # A name stands with its domain here, and without it there.
            found |= {part for each in found if " " not in each for part in _parts(each)}
        return sorted(filter(_is_private, found), key=len, reverse=True)

    def _pattern(self, known: list[str]) -> re.Pattern[str]:
        patterns = [rf"\b(?P<sid>{_SYSTEM_ID}(?:-\d+)+)\b"]
        if not self._keep_names:
            patterns += [f"(?P<full>{_FULL_NAME})", f"(?P<address>{_ADDRESS})", _DIRECTORY_NAME]
        patterns.append(rf"(?P<private>(?<![A-Za-z0-9])(?:{_any_of(known)})(?![A-Za-z0-9]))")
        return re.compile("|".join(patterns), re.IGNORECASE)


def _parts(name: str) -> Iterator[str]:
    """The parts of a name that stand alone elsewhere; the last one of a domain never does."""
    for each in re.split(r"[\\@,]", name):
        labels = each.split(".")
        yield from labels[: max(1, len(labels) - 1)]


def _any_of(texts: Iterable[str]) -> str:
    return "|".join(map(re.escape, texts)) or "(?!)"


def _is_private(text: str) -> bool:
    if _WELL_KNOWN.fullmatch(text):
        return False
    return len(text) >= _SHORTEST and text.casefold() not in _WORDS and not text.isdecimal()


def _walk(value: Any, change: Callable[[str], str], known: Collection[str]) -> Any:
    """The same value with every text in it changed; keys that are names of our own stay, and so
    do header pages (see ``bytes_kept``).

    :param known: texts that are taken out wherever they stand, keys included.
    """
    if isinstance(value, dict):
        if "zlib" in value:
            return value
        return {
            name if _KEY.fullmatch(name) and name not in known else change(name): _walk(
                each, change, known
            )
            for name, each in value.items()
        }
    if isinstance(value, list):
        return [_walk(each, change, known) for each in value]
    return change(value) if isinstance(value, str) else value


def _texts_under(value: Any, names: frozenset[str], inside: bool = False) -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _texts_under(each, names - {"name"}, name in names - {"name"})
    elif isinstance(value, list):
        for each in value:
            yield from _texts_under(each, names, inside)
    elif inside and isinstance(value, str):
        yield value


def _like(letter: str, byte: int) -> str:
    for kind in (string.digits, string.ascii_lowercase, string.ascii_uppercase):
        if letter in kind:
            return kind[byte % len(kind)]
    return letter
