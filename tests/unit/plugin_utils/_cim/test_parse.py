# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that are none: whatever comes over the wire is refused in words."""

from __future__ import annotations

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim import answer
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    BadAnswer,
    Fault,
    NotWinRM,
)
from unit.plugin_utils.soap import SOAP, envelope, fault

ID = "uuid:7A0B6C1E-0000-4000-8000-00000000ABCD"
BOMB = '<!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><s>&b;</s>'


@pytest.mark.parametrize("related", [ID, ID.lower(), ID.upper(), f"\n  {ID}  "])
def test_relates_to_counts_in_any_case(related: str) -> None:
    assert len(answer.body_of(envelope("<x/>", related), ID)) == 1


@pytest.mark.parametrize("related", ["", "uuid:1", ID + "0", ID.removeprefix("uuid:")])
def test_the_answer_to_another_request_is_refused(related: str) -> None:
    with pytest.raises(BadAnswer, match="another request"):
        answer.body_of(envelope("<x/>", related), ID)


def test_an_answer_without_any_relation_is_refused() -> None:
    text = f'<s:Envelope xmlns:s="{SOAP}"><s:Body><x/></s:Body></s:Envelope>'
    with pytest.raises(BadAnswer, match="another request"):
        answer.body_of(text.encode(), ID)
    # Identify has no message id to relate to.
    assert len(answer.body_of(text.encode(), "")) == 1


def test_a_fault_counts_whatever_it_relates_to() -> None:
    with pytest.raises(Fault) as caught:
        answer.body_of(envelope(fault(5, "w:AccessDenied", "no"), "uuid:none"), ID)
    assert caught.value.number == 5


@pytest.mark.parametrize(
    "page",
    [
        "<html><body>Sign in</body></html>",
        "<!DOCTYPE html><html lang='en'><body>Sign in</body></html>",
        "<!doctype HTML PUBLIC '-//W3C//DTD HTML 4.01//EN'><p>not closed",
        "\ufeff\r\n  <HTML><head></HTML>",
        "<?xml version='1.0'?>\n<!DOCTYPE html><html xmlns='http://www.w3.org/1999/xhtml'/>",
        "<head><title>502</title></head>",
        "<body>502</body>",
    ],
)
def test_a_web_page_is_not_winrm(page: str) -> None:
    with pytest.raises(NotWinRM, match="is a web page: what answers there is not WinRM") as caught:
        answer.body_of(page.encode(), ID)
    assert "ansible_port" in (caught.value.advice or "")


@pytest.mark.parametrize(
    "text",
    [
        "<rss/>",
        '<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body/></Envelope>',
        "<Envelope/>",
    ],
)
def test_other_xml_is_not_winrm(text: str) -> None:
    with pytest.raises(NotWinRM, match=r"not a SOAP 1\.2 envelope"):
        answer.body_of(text.encode(), ID)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "the answer is empty"),
        (b"  \r\n\t ", "the answer is empty"),
        (b"\xef\xbb\xbf", "the answer is empty"),
        (b"HTTP works", "no whole XML document"),
        (b"\x00\xff\xfe\x01" * 40, "no whole XML document|not in UTF-8"),
        (envelope("<x/>", ID)[:-30], "no whole XML document"),
        (envelope("<x/>", ID)[:40], "no whole XML document"),
        (envelope("<x/>", ID) * 2, "no whole XML document"),
        (envelope("<x>&undefined;</x>", ID), "no whole XML document"),
        (envelope("<x>\xe4</x>", ID).decode().encode("latin-1"), "no whole XML document"),
        (f'<s:Envelope xmlns:s="{SOAP}"/>'.encode(), "no SOAP body"),
    ],
)
def test_broken_answers(data: bytes, why: str) -> None:
    with pytest.raises(BadAnswer, match=why) as caught:
        answer.body_of(data, ID)
    assert caught.value.advice


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-32", "utf-7"])
@pytest.mark.parametrize("declared", [True, False])
def test_a_document_type_declaration_gets_nowhere(encoding: str, declared: bool) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>' if declared else ""
    with pytest.raises(BadAnswer):
        answer.parse((head + BOMB).encode(encoding))


def test_a_document_type_declaration_is_named() -> None:
    with pytest.raises(BadAnswer, match="document type declaration, which SOAP forbids"):
        answer.parse(BOMB.encode())


def test_a_far_away_document_type_declaration_is_found() -> None:
    text = "<!--" + "x" * 100_000 + "-->" + BOMB
    with pytest.raises(BadAnswer, match="document type declaration"):
        answer.parse(text.encode())


def test_an_encoding_other_than_utf_8_is_not_followed() -> None:
    text = '<?xml version="1.0" encoding="latin-1"?><a>\u00e4</a>'
    assert answer.parse(text.encode()).text == "\u00e4"
    with pytest.raises(BadAnswer):
        answer.parse(text.encode("latin-1"))


def test_the_size_is_bounded_before_anything_is_parsed() -> None:
    allowed = b"<a>" + b" " * (answer.MAX_ANSWER - 7) + b"</a>"
    assert len(allowed) == answer.MAX_ANSWER
    assert answer.parse(allowed).tag == "a"
    with pytest.raises(BadAnswer, match=f"larger than {answer.MAX_ANSWER} bytes"):
        answer.parse(b"<html>" + b" " * answer.MAX_ANSWER)


def test_deep_nesting_is_no_traceback() -> None:
    depth = 100_000
    body = answer.body_of(envelope("<a>" * depth + "</a>" * depth, ID), ID)
    with pytest.raises(BadAnswer, match="in place of a page"):
        answer.read_page(body)


@pytest.mark.parametrize("data", [b"", b"<html>500</html>", b"garbage", envelope("<x/>"), b"<a/>"])
def test_an_http_error_without_a_fault(data: bytes) -> None:
    assert answer.fault_in(data) is None


def test_an_http_error_with_a_fault() -> None:
    found = answer.fault_in(envelope(fault(2150859174, "w:QuotaLimit", "too many")))
    assert found is not None
    assert found.number == 2150859174
