# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CIM operations on one host, over a carrier."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from . import answer, wql
from .carriers.contract import Carrier
from .envelope import MAX_ELEMENTS, MAX_OPERATION_TIMEOUT, EnvelopeBuilder, Message
from .errors import BadAnswer, CimError, ConnectionLost, HttpError, MethodFailed, WriteInCheckMode
from .schema import CimClass
from .values import CimValue, InstanceDecoder

_MAX_EMPTY_PAGES = 10
"""Pages without items in a row: one is legal (OMI starts with one), more is a loop."""

_ANSWER_MARGIN = 15.0
"""Seconds that the answer to an operation may take beyond the operation itself."""

Instance = dict[str, CimValue]


class CimSession:
    """Get, Enumerate, Invoke and Put.

    A read is sent a second time when the connection broke, once. A write never is: the
    caller reads the state again and sees whether it happened.

    :param carrier: moves the bytes.
    :param read_only: refuse every operation that writes (check mode).
    """

    def __init__(self, carrier: Carrier, *, read_only: bool = False) -> None:
        self._carrier = carrier
        self._read_only = read_only
        self._envelopes = EnvelopeBuilder(carrier.operation_timeout)
        self._wait: float | None = None

    @property
    def endpoint(self) -> str:
        """The URL of the host's listener."""
        return self._carrier.endpoint

    def patient(self) -> CimSession:
        """The same host for calls that take long, as those that ask Microsoft do.

        The host may take as long as WinRM allows at all, and the controller waits longer than
        that, so that the host says what came of it rather than the connection's read timeout.
        """
        patient = CimSession(self._carrier, read_only=self._read_only)
        patient._envelopes = EnvelopeBuilder(MAX_OPERATION_TIMEOUT)
        patient._wait = MAX_OPERATION_TIMEOUT + _ANSWER_MARGIN
        return patient

    def identify(self) -> dict[str, str]:
        """Ask the host who it is: ProductVendor, ProductVersion, ProtocolVersion."""
        body = self._exchange(self._envelopes.identify(), "Identify")
        return answer.read_texts(body)

    def get(self, cls: CimClass, keys: Mapping[str, str] | None = None) -> Instance:
        """Read an instance.

        :param keys: key properties and their values; None for a singleton.
        """
        body = self._read(self._envelopes.get(cls, keys), f"reading {cls.name}")
        return answer.read_instance(body, cls.properties)

    def put(
        self, cls: CimClass, values: Mapping[str, CimValue], keys: Mapping[str, str] | None = None
    ) -> Instance:
        """Write an instance; return it as the host has it afterwards."""
        body = self._write(self._envelopes.put(cls, keys, values), f"writing {cls.name}")
        return answer.read_instance(body, cls.properties)

    def invoke(
        self,
        cls: CimClass,
        method: str,
        inputs: Mapping[str, CimValue] | None = None,
        keys: Mapping[str, str] | None = None,
    ) -> Instance:
        """Call a method; return its outputs, ReturnValue among them, whatever that is.

        :param keys: of the instance; None for a static method.
        """
        signature = cls.method(method)
        message = self._envelopes.invoke(cls, signature, inputs or {}, keys)
        doing = f"calling {cls.name}.{method}"
        body = self._write(message, doing) if message.writes else self._read(message, doing)
        return answer.read_outputs(body, signature)

    def call(
        self,
        cls: CimClass,
        method: str,
        inputs: Mapping[str, CimValue] | None = None,
        keys: Mapping[str, str] | None = None,
    ) -> Instance:
        """Call a method that has to succeed.

        :raises MethodFailed: the ReturnValue is not 0.
        """
        outputs = self.invoke(cls, method, inputs, keys)
        value = outputs["ReturnValue"]
        if value != 0:
            failed = MethodFailed(cls.name, method, value if isinstance(value, int) else 0)
            failed.operation = f"calling {cls.name}.{method}"
            raise failed
        return outputs

    def enumerate(
        self,
        cls: CimClass,
        names: Sequence[str] | None = None,
        where: str | None = None,
        max_elements: int = MAX_ELEMENTS,
    ) -> Iterator[Instance]:
        """Yield the instances of a class page by page; nothing is kept.

        A caller that stops early (closes the generator) releases the enumeration.

        :param names: the properties wanted; all of the table's when None.
        :param where: a WQL condition; see ``wql.literal`` for strings in it.
        :param max_elements: items asked for per page.
        """
        query = None
        if names is not None or where is not None:
            wanted = names if names is not None else [each.name for each in cls.properties]
            query = wql.select(cls, wanted, where)
        decoder = InstanceDecoder(cls.select(names))
        doing = f"reading {cls.name}"
        page = answer.read_page(
            self._read(self._envelopes.enumerate(cls, query, max_elements), doing)
        )
        empty = 0
        try:
            while True:
                yield from answer.read_instances(page, decoder)
                if page.context is None:
                    return
                empty = 0 if page.items else empty + 1
                if empty > _MAX_EMPTY_PAGES:
                    raise BadAnswer("the enumeration goes on without items and without an end")
                context, page = page.context, answer.Page([], None)
                pull = self._envelopes.pull(cls, context, query is not None, max_elements)
                page = answer.read_page(self._exchange(pull, doing))
        finally:
            if page.context is not None:
                self._release(cls, page.context, query is not None)

    def _release(self, cls: CimClass, context: str, query: bool) -> None:
        # Only a courtesy to the host's quota: it forgets an idle enumeration by itself.
        with suppress(CimError):
            self._exchange(self._envelopes.release(cls, context, query), f"releasing {cls.name}")

    def _read(self, message: Message, doing: str) -> ET.Element:
        try:
            return self._exchange(message, doing)
        except ConnectionLost:
            return self._exchange(message, doing)

    def _write(self, message: Message, doing: str) -> ET.Element:
        if self._read_only:
            raise WriteInCheckMode(doing)
        return self._exchange(message, doing)

    def _exchange(self, message: Message, doing: str) -> ET.Element:
        try:
            status, data = self._carrier.send(message.body, self._wait)
            if status != 200:
                fault = answer.fault_in(data)
                raise HttpError(status) if fault is None else fault
            return answer.body_of(data, message.message_id)
        except CimError as exc:
            if isinstance(exc, ConnectionLost):
                self._carrier.reset()
            if exc.operation is None:
                exc.operation = doing
            raise
