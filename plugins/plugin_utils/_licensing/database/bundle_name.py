# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The name of a bundle: ``<server>-<YYYYMMDDTHHMMSSZ>[-label].zip``.

The name alone tells whose it is and how old, also where nothing else can be read; only files
with such a name are ever taken for bundles, or pruned.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

SUFFIX = ".zip"
PART = ".part"
"""What a bundle is called besides while it is not whole."""
_STAMP = "%Y%m%dT%H%M%SZ"
_STAMP_PATTERN = r"[0-9]{8}T[0-9]{6}Z"
# A NetBIOS or DNS label. Windows lets a computer name hold letters that are not ASCII, and "_"
# (Microsoft Learn: Naming conventions in Active Directory).
_SERVER_PATTERN = r"\w(?:[\w-]{0,61}\w)?"
_LABEL_PATTERN = r"[A-Za-z0-9_.]{1,40}"
_NAME = re.compile(
    rf"(?P<server>{_SERVER_PATTERN})-(?P<stamp>{_STAMP_PATTERN})"
    rf"(?:-(?P<label>(?!{_STAMP_PATTERN}\.zip){_LABEL_PATTERN}))?\.zip"
)


class NotABundleName(ValueError):
    """Not the name of a bundle, or no name can be made of this; ``str()`` says why."""


@dataclass(frozen=True, slots=True, order=True)
class BundleName:
    """A parsed name; sorts by time, then by name.

    :param created: aware, UTC, whole seconds: when the run began that made the bundle.
    :param server: the computer's name, as Windows writes it.
    :param label: None, or what the operator called it: such a bundle is never pruned.
    """

    created: datetime
    server: str
    label: str | None = field(default=None, compare=False)
    text: str = field(init=False)

    def __post_init__(self) -> None:
        end = f"-{self.label}" if self.label is not None else ""
        text = f"{self.server}-{self.created.astimezone(UTC).strftime(_STAMP)}{end}{SUFFIX}"
        object.__setattr__(self, "text", text)

    def __str__(self) -> str:
        return self.text

    @property
    def part(self) -> str:
        """The name of the file while it is being written."""
        return f"{self.text}{PART}"

    @property
    def created_text(self) -> str:
        """The time in ISO 8601, as the manifest has it."""
        return self.created.strftime("%Y-%m-%dT%H:%M:%SZ")

    def of_server(self, name: str) -> bool:
        """Whether it is that computer's. A full DNS name stands for its first label."""
        return self.server.casefold() == name.partition(".")[0].casefold()

    @classmethod
    def make(cls, server: str, created: datetime, label: str | None = None) -> BundleName:
        """Make a name.

        :param created: aware; fractions of a second are dropped.
        :param label: None or an empty text for none.
        :raises NotABundleName: the server or the label cannot be part of one.
        """
        if not re.fullmatch(_SERVER_PATTERN, server):
            raise NotABundleName(
                f"the computer name {server[:70]!r} cannot be part of a file name: letters, "
                "digits, '-' and '_' can"
            )
        if label and (
            not re.fullmatch(_LABEL_PATTERN, label) or re.fullmatch(_STAMP_PATTERN, label)
        ):
            raise NotABundleName(
                f"the label {label[:70]!r} is not 1 to 40 letters (a to z), digits, '_' and '.', "
                "or it looks like a time"
            )
        name = cls(created.astimezone(UTC).replace(microsecond=0), server, label or None)
        if cls.parse(name.text) != name:
            raise NotABundleName(f"{name.text[:150]!r} could be read in two ways")
        return name

    @classmethod
    def parse(cls, text: str) -> BundleName:
        """Take a file name apart.

        :raises NotABundleName: it is not the name of a bundle.
        """
        found = _NAME.fullmatch(text)
        if found is None:
            raise NotABundleName(
                f"{text[:150]!r} is not <server>-<YYYYMMDDTHHMMSSZ>[-label]{SUFFIX}"
            )
        try:
            created = datetime.strptime(found["stamp"], _STAMP).replace(tzinfo=UTC)
        except ValueError as exc:
            raise NotABundleName(f"{text[:150]!r} holds a time that there never was") from exc
        return cls(created, found["server"], found["label"])

    @classmethod
    def find(cls, text: str) -> BundleName | None:
        """As ``parse``; None for what is not a bundle's name."""
        try:
            return cls.parse(text)
        except NotABundleName:
            return None
