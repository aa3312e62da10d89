# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Get, Put, Invoke, Enumerate, Pull and Release over the CIM repository."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

from ..cim.errors import CimError, QueryError, SelectorError, Wbem
from ..cim.instance import Instance
from ..cim.repository import Repository, Selected
from ..cim.schema import load_definitions, present_properties
from ..cim.wql import WqlError, parse_query
from ..model.accounts import Identity
from ..model.host import Host
from . import namespaces as ns
from .enumeration import Enumeration, Enumerations, ItemTooLarge
from .fault_message import (
    CANNOT_PROCESS_FILTER,
    ENCODING_LIMIT,
    FILTER_DIALECT,
    INVALID_CONTEXT,
    OPERATIONS_QUOTA,
    SCHEMA_VALIDATION,
    UNSUPPORTED_FEATURE,
    WsmanFault,
    from_cim,
)
from .message import Header, Message
from .namespaces import q
from .reply import Outcome
from .target import Target
from .values import (
    fragment_xml,
    instance_xml,
    local_namespace,
    output_xml,
    read_arguments,
    read_properties,
)

_OVERHEAD = 2048


class CimOperations:
    """The WMI plug-in of one host."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.enumerations = Enumerations()

    def run(
        self, target: Target, message: Message, caller: Identity, struck: frozenset[str]
    ) -> Outcome:
        """Carry out one operation. ``struck`` names fault knobs that change the answer itself."""
        header = message.header
        if header is None:
            raise WsmanFault(SCHEMA_VALIDATION)
        repository = Repository(self.host, caller)
        try:
            match target.operation:
                case "Get":
                    return self._get(target, header, repository, struck)
                case "Put":
                    return self._put(target, message.body, header, repository)
                case "Invoke":
                    return self._invoke(target, message.body, header, repository, struck)
                case "Enumerate":
                    return self._enumerate(target, message.body, header, repository, struck)
                case "Pull":
                    return self._pull(message.body, header, caller)
                case dummy:
                    return self._release(message.body, header, caller)
        except CimError as error:
            raise from_cim(error, target.operation) from error

    def class_of(self, target: Target, body: ET.Element) -> str:
        """The class that a request is about: that of its query or enumeration where it has one."""
        if target.cls != "*":
            return target.cls
        context = _context(body.find(q(ns.ENUMERATION, target.operation)))
        if context:
            return self.enumerations.class_of(context) or target.cls
        text = body.findtext(f"{q(ns.ENUMERATION, 'Enumerate')}/{q(ns.WSMAN, 'Filter')}")
        try:
            return parse_query((text or "").strip()).cls
        except WqlError:
            return target.cls

    def _selectors(self, target: Target, header: Header) -> dict[str, str]:
        """The selectors without __cimnamespace, which must name the namespace of the URI."""
        selectors = dict(header.selectors)
        for name in list(selectors):
            if name.lower() == "__cimnamespace":
                given = selectors.pop(name).replace("\\", "/")
                if given.lower() != target.namespace.lower():
                    raise CimError(Wbem.INVALID_NAMESPACE, given, given)
        return selectors

    def _item(self, instance: Instance, struck: frozenset[str]) -> str:
        definition = load_definitions()[instance.cls.lower()]
        kinds = present_properties(definition, self.host.release.build)
        shown = Instance(instance.cls, {}) if "empty_properties" in struck else instance
        return instance_xml(shown, kinds, definition)

    # -- single instances -------------------------------------------------------------------

    def _get(
        self, target: Target, header: Header, repository: Repository, struck: frozenset[str]
    ) -> Outcome:
        if header.fragment is not None:
            raise WsmanFault(UNSUPPORTED_FEATURE, detail="FragmentLevelAccess")
        selectors = self._selectors(target, header)
        instance = repository.get(target.namespace, target.cls, selectors)
        return Outcome(ns.GET + "Response", self._item(instance, struck))

    def _put(
        self, target: Target, body: ET.Element, header: Header, repository: Repository
    ) -> Outcome:
        if header.fragment is not None:
            raise WsmanFault(UNSUPPORTED_FEATURE, detail="FragmentLevelAccess")
        definition = repository.find_class(target.namespace, target.cls)
        root = _first(body)
        if root is None or local_namespace(root)[1] != definition.name:
            raise WsmanFault(SCHEMA_VALIDATION, extra=definition.name)
        kinds = present_properties(definition, self.host.release.build)
        given = read_properties(root, kinds, header.resource_uri)
        selectors = self._selectors(target, header)
        stored = repository.put(target.namespace, target.cls, selectors, given)
        return Outcome(ns.PUT + "Response", self._item(stored, frozenset()), {"params": given})

    def _invoke(
        self,
        target: Target,
        body: ET.Element,
        header: Header,
        repository: Repository,
        struck: frozenset[str],
    ) -> Outcome:
        definition = repository.find_class(target.namespace, target.cls)
        method = repository.method(definition, target.method)
        root = _first(body)
        if root is None or local_namespace(root)[1] != f"{method.name}_INPUT":
            raise WsmanFault(SCHEMA_VALIDATION, extra=f"{method.name}_INPUT")
        arguments = read_arguments(root, header.resource_uri, method)
        instance = repository.check_target(definition, method, self._selectors(target, header))
        log: dict[str, object] = {"params": arguments}
        if "access_denied_return" in struck:
            denied = 5 if definition.name == "StdRegProv" else int(Wbem.ACCESS_DENIED)
            answer = output_xml(header.resource_uri, method, denied, {})
        else:
            code, outputs = repository.invoke(definition, method, instance, arguments)
            answer = output_xml(header.resource_uri, method, code, outputs)
        _check_size(answer, header)
        return Outcome(f"{header.resource_uri}/{method.name}Response", answer, log)

    # -- enumeration ------------------------------------------------------------------------

    def _enumerate(
        self,
        target: Target,
        body: ET.Element,
        header: Header,
        repository: Repository,
        struck: frozenset[str],
    ) -> Outcome:
        request = body.find(q(ns.ENUMERATION, "Enumerate"))
        if request is None:
            raise WsmanFault(SCHEMA_VALIDATION, extra="Enumerate")
        user = repository.caller.user
        if self.enumerations.count(user) >= self.host.max_operations:
            raise WsmanFault(OPERATIONS_QUOTA)
        mode = request.findtext(q(ns.WSMAN, "EnumerationMode"))
        if mode is not None and mode.strip() != "EnumerateObject":
            raise WsmanFault(UNSUPPORTED_FEATURE, detail="EnumerationMode")
        query = _wql(request)
        self._no_keys(target, header)
        items = self._items(target, query, repository, struck)
        enumeration = Enumeration(
            items, user, header.resource_uri.lower(), self.class_of(target, body)
        )
        log: dict[str, object] = {"query": query or ""}
        action = ns.ENUMERATE + "Response"
        if request.find(q(ns.WSMAN, "OptimizeEnumeration")) is None:
            context = self.enumerations.keep(enumeration)
            return Outcome(action, _enumerate_response(context, ""), log)
        _max_elements(request, ns.WSMAN)
        taken = "".join(_page(enumeration, 1, header))
        shown = f"<w:Items>{taken}</w:Items>" if taken else "<w:Items/>"
        if enumeration.peek() is None:
            return Outcome(action, _enumerate_response("", f"{shown}<w:EndOfSequence/>"), log)
        context = self.enumerations.keep(enumeration)
        return Outcome(action, _enumerate_response(context, shown), log)

    def _no_keys(self, target: Target, header: Header) -> None:
        """An enumeration is not about one instance."""
        for name in self._selectors(target, header):
            raise SelectorError(f"{name} in an enumeration", unexpected=True)

    def _items(
        self, target: Target, query: str | None, repository: Repository, struck: frozenset[str]
    ) -> Iterator[str]:
        if "invalid_class" in struck:
            kind = CimError if query is None else QueryError
            raise kind(Wbem.INVALID_CLASS, "fault knob", query or target.cls)
        if query is None:
            if target.cls == "*":
                raise WsmanFault(CANNOT_PROCESS_FILTER, extra="* needs a WQL filter")
            definition = repository.find_class(target.namespace, target.cls)
            repository.provider(definition)
            selected = Selected(definition, repository.instances(definition), None)
        elif target.cls != "*":
            raise WsmanFault(CANNOT_PROCESS_FILTER, extra="a WQL filter needs the resource *")
        else:
            selected = repository.query(target.namespace, query)
        return self._rendered(selected, struck)

    def _rendered(self, selected: Selected, struck: frozenset[str]) -> Iterator[str]:
        build = self.host.release.build
        for instance in selected.instances:
            if selected.projection is None:
                yield self._item(instance, struck)
                continue
            kinds = present_properties(load_definitions()[instance.cls.lower()], build)
            shown = Instance(instance.cls, {}) if "empty_properties" in struck else instance
            yield fragment_xml(shown, kinds, selected.projection)

    def _pull(self, body: ET.Element, header: Header, caller: Identity) -> Outcome:
        request = body.find(q(ns.ENUMERATION, "Pull"))
        if request is None:
            raise WsmanFault(SCHEMA_VALIDATION, extra="Pull")
        enumeration = self._taken(request, header, caller)
        taken = "".join(_page(enumeration, _max_elements(request, ns.ENUMERATION), header))
        items = f"<n:Items>{taken}</n:Items>" if taken else "<n:Items/>"
        if enumeration.peek() is None:
            inner = f"{items}<n:EndOfSequence/>"
        else:
            context = self.enumerations.keep(enumeration)
            inner = f"<n:EnumerationContext>{context}</n:EnumerationContext>{items}"
        return Outcome(ns.PULL + "Response", f"<n:PullResponse>{inner}</n:PullResponse>")

    def _release(self, body: ET.Element, header: Header, caller: Identity) -> Outcome:
        request = body.find(q(ns.ENUMERATION, "Release"))
        if request is None:
            raise WsmanFault(SCHEMA_VALIDATION, extra="Release")
        self._taken(request, header, caller)
        return Outcome(ns.RELEASE + "Response", "")

    def _taken(self, request: ET.Element, header: Header, caller: Identity) -> Enumeration:
        found = self.enumerations.take(_context(request), caller.user)
        if found is None or found.resource_uri != header.resource_uri.lower():
            raise WsmanFault(INVALID_CONTEXT)
        return found


def _first(body: ET.Element) -> ET.Element | None:
    return next(iter(body), None)


def _context(request: ET.Element | None) -> str:
    if request is None:
        return ""
    return (request.findtext(q(ns.ENUMERATION, "EnumerationContext")) or "").strip()


def _wql(request: ET.Element) -> str | None:
    found = request.find(q(ns.WSMAN, "Filter"))
    if found is None:
        if request.find(q(ns.ENUMERATION, "Filter")) is not None:
            raise WsmanFault(FILTER_DIALECT)
        return None
    if found.get("Dialect", "") != ns.WQL_DIALECT:
        raise WsmanFault(FILTER_DIALECT)
    return (found.text or "").strip()


def _max_elements(request: ET.Element, namespace: str) -> int:
    """MaxElements, 1 when it is left out; a fault when it is no positive number."""
    text: Any = request.findtext(q(namespace, "MaxElements"))
    if text is None:
        return 1
    if not text.strip().isdigit() or int(text) < 1:
        raise WsmanFault(SCHEMA_VALIDATION, extra="MaxElements")
    return int(text)


def _page(enumeration: Enumeration, max_items: int, header: Header) -> list[str]:
    try:
        return enumeration.page(max_items, header.max_envelope - _OVERHEAD)
    except ItemTooLarge as error:
        raise WsmanFault(ENCODING_LIMIT, detail="MaxEnvelopeSize") from error


def _check_size(answer: str, header: Header) -> None:
    """One answer is one envelope: what does not fit is a fault, though the method has run."""
    size = len(answer) if answer.isascii() else len(answer.encode("utf-8"))
    if size > header.max_envelope - _OVERHEAD:
        raise WsmanFault(ENCODING_LIMIT, detail="MaxEnvelopeSize")


def _enumerate_response(context: str, inner: str) -> str:
    return (
        f"<n:EnumerateResponse><n:EnumerationContext>{context}</n:EnumerationContext>{inner}"
        "</n:EnumerateResponse>"
    )
