# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Enumerations: page by page, given up early, endless, and large."""

from __future__ import annotations

import re
import tracemalloc
from collections.abc import Generator
from itertools import islice

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    BadAnswer,
    ConnectionLost,
    Fault,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.schema import (
    CimClass,
    CimType,
    Element,
    integer,
    string,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.session import (
    CimSession,
)
from unit.plugin_utils.scripted import scripted
from unit.plugin_utils.soap import envelope, fault, first_page, instance, next_page

THING = CimClass("root/cimv2", "Thing", "test", (integer("Id", key=True),))


def items(*numbers: int) -> str:
    return "".join(instance(THING.uri, "Thing", {"Id": each}) for each in numbers)


def ids(session: CimSession) -> list[object]:
    return [each["Id"] for each in session.enumerate(THING)]


def test_pages_come_one_after_the_other() -> None:
    session, carrier = scripted(
        first_page(items(1), "uuid:A"), next_page(items(2, 3), "uuid:B"), next_page(items(4))
    )
    assert ids(session) == [1, 2, 3, 4]
    assert carrier.actions == ["Enumerate", "Pull", "Pull"]
    assert [each.header("EnumerationContext") for each in carrier.sent] == ["", "uuid:A", "uuid:B"]


def test_nothing_is_read_ahead() -> None:
    session, carrier = scripted(first_page(items(1), "uuid:A"), next_page(items(2)))
    reading = session.enumerate(THING)
    assert carrier.actions == []
    assert next(reading) == {"Id": 1}
    assert carrier.actions == ["Enumerate"]
    assert next(reading) == {"Id": 2}
    assert carrier.actions == ["Enumerate", "Pull"]


def test_max_elements_are_asked_for_in_every_page() -> None:
    session, carrier = scripted(first_page(items(1), "uuid:A"), next_page(items(2)))
    list(session.enumerate(THING, max_elements=50))
    assert [each.header("MaxElements") for each in carrier.sent] == ["50", "50"]


@pytest.mark.parametrize("query", [None, "Id > 0"])
def test_an_enumeration_that_is_given_up_is_released(query: str | None) -> None:
    session, carrier = scripted(
        first_page(items(1), "uuid:A"),
        next_page(items(2, 3), "uuid:B"),
        "<n:ReleaseResponse/>",
    )
    reading = session.enumerate(THING, where=query)
    assert [each["Id"] for each in islice(reading, 2)] == [1, 2]
    assert isinstance(reading, Generator)
    reading.close()
    assert carrier.actions == ["Enumerate", "Pull", "Release"]
    assert carrier.sent[2].header("EnumerationContext") == "uuid:B"
    # It goes on and is released where it was begun: a query at its namespace.
    assert [each.cls for each in carrier.sent] == ["Thing" if query is None else "*"] * 3


def test_leaving_a_loop_releases() -> None:
    session, carrier = scripted(first_page(items(1, 2), "uuid:A"), "<n:ReleaseResponse/>")

    def first() -> object:
        for each in session.enumerate(THING):
            return each["Id"]
        return None

    assert first() == 1
    assert carrier.actions == ["Enumerate", "Release"]


def test_a_release_that_fails_is_nobody_s_business() -> None:
    session, carrier = scripted(first_page(items(1, 2), "uuid:A"), ConnectionLost("broke"))
    assert next(iter(session.enumerate(THING))) == {"Id": 1}
    assert carrier.actions == ["Enumerate", "Release"]


def test_what_is_read_to_its_end_is_not_released() -> None:
    session, carrier = scripted(first_page(items(1, 2)))
    reading = session.enumerate(THING)
    assert [each["Id"] for each in islice(reading, 2)] == [1, 2]
    del reading
    assert carrier.actions == ["Enumerate"]


def test_a_bad_value_releases_and_is_raised() -> None:
    bad = '<p:Thing xmlns:p="urn:x"><p:Id>x</p:Id></p:Thing>'
    session, carrier = scripted(first_page(bad, "uuid:A"), "<n:ReleaseResponse/>")
    with pytest.raises(BadAnswer, match="the value of Id"):
        ids(session)
    assert carrier.actions == ["Enumerate", "Release"]


def test_a_fault_in_the_middle_is_raised_and_nothing_more_is_sent() -> None:
    session, carrier = scripted(first_page(items(1), "uuid:A"), fault(5, "w:AccessDenied", "no"))
    with pytest.raises(Fault):
        ids(session)
    assert carrier.actions == ["Enumerate", "Pull"]


def test_an_empty_first_page_goes_on() -> None:
    session, dummy = scripted(first_page("", "uuid:A"), next_page(items(1)))
    assert ids(session) == [1]


def test_an_empty_class() -> None:
    session, dummy = scripted(first_page(""))
    assert ids(session) == []


def test_endless_empty_pages_are_given_up() -> None:
    pages = [next_page("", f"uuid:{number}") for number in range(100)]
    session, carrier = scripted(first_page("", "uuid:A"), *pages)
    with pytest.raises(BadAnswer, match="without items and without an end"):
        ids(session)
    assert 2 < len(carrier.sent) < 20
    assert carrier.actions[-1] == "Release"


def test_empty_pages_count_only_in_a_row() -> None:
    pages = [
        next_page(items(number) if number % 5 == 0 else "", f"uuid:{number}")
        for number in range(40)
    ]
    session, dummy = scripted(first_page("", "uuid:A"), *pages, next_page(""))
    assert len(ids(session)) == 8


# -- 100,000 instances ------------------------------------------------------------------------

PAGES, PER_PAGE = 400, 250
LICENSE = CimClass(
    "root/cimv2",
    "Win32_TSIssuedLicense",
    "test",
    (
        integer("LicenseId", key=True),
        string("sIssuedToComputer"),
        Element("ExpirationDate", CimType.DATETIME),
    ),
)


class LicenseServer:
    """Makes each page when it is asked for."""

    endpoint = "http://host:5985/wsman"
    operation_timeout = 20.0

    def __init__(self) -> None:
        self.page = 0

    def send(self, message: bytes, wait: float | None = None) -> tuple[int, bytes]:
        assert wait is None
        match = re.search(rb"<a:MessageID>(.*?)</a:MessageID>", message)
        assert match is not None
        first = self.page * PER_PAGE
        self.page += 1
        rows = "".join(
            f"<w:XmlFragment><ExpirationDate><Datetime>2026-09-29T08:00:{row % 60:02}Z</Datetime>"
            f"</ExpirationDate><LicenseId>{row}</LicenseId>"
            f"<sIssuedToComputer>WS{row:06}.ad.example.com</sIssuedToComputer></w:XmlFragment>"
            for row in range(first, first + PER_PAGE)
        )
        context = None if self.page == PAGES else f"uuid:{self.page}"
        make = first_page if self.page == 1 else next_page
        return 200, envelope(make(rows, context), match[1].decode())

    def reset(self) -> None:
        raise AssertionError("nothing broke")


def test_the_memory_for_100_000_instances_is_that_of_a_few_pages() -> None:
    server = LicenseServer()
    session = CimSession(server)
    names = [each.name for each in LICENSE.properties]
    total = rows = 0
    tracemalloc.start()
    try:
        for each in session.enumerate(LICENSE, names):
            number = each["LicenseId"]
            assert isinstance(number, int)
            total += number
            rows += 1
        dummy, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (rows, total, server.page) == (100_000, 99_999 * 50_000, PAGES)
    # All of them together take more than 40 MB; a page and its tree, half of one.
    assert peak < 4_000_000
