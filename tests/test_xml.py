"""Reading XML: what is refused and why, encodings, readable text."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from harvest.errors import BadInput, HostileInput
from harvest.xml import elements, parse_element, text_of

LAUGHS = "".join(
    f'<!ENTITY lol{n} "{"&lol" + str(n - 1) + ";" if n else "ha"}{("&lol" + str(n - 1) + ";") * 9 if n else ""}">\n'
    for n in range(10)
)
HOSTILE = {
    "billion laughs": f"<!DOCTYPE a [\n{LAUGHS}]>\n<a>&lol9;</a>",
    "quadratic": f'<!DOCTYPE a [<!ENTITY x "{"y" * 100_000}">]><a>{"&x;" * 10_000}</a>',
    "external entity": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>',
    "remote entity": '<!DOCTYPE a [<!ENTITY x SYSTEM "http://127.0.0.1:1/x">]><a>&x;</a>',
    "parameter entity": '<!DOCTYPE a [<!ENTITY % x SYSTEM "file:///etc/hostname"> %x;]><a/>',
    "entity in an attribute": '<!DOCTYPE a [<!ENTITY x "y">]><a b="&x;"/>',
    "unused entity": '<!DOCTYPE a [<!ENTITY x "y">]><a/>',
    "nested beyond reason": "<a>" * 5000 + "</a>" * 5000,
    "text beyond reason": f"<a>{'x' * 11_000_000}</a>",
    "name beyond reason": f"<{'x' * 70_000}/>",
}
PROLOG = b'<?xml version="1.0"?>\n<!DOCTYPE A PUBLIC "-//x//EN" "https://x/y.dtd">\n'
WHOLE = PROLOG + b'<A><B c="d">text &amp; more</B>\n</A>'


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32", "utf-16-le"])
def test_hostile_documents_are_refused_at_once_in_every_encoding(name: str, encoding: str) -> None:
    body = HOSTILE[name].encode(encoding)
    for read in (parse_element, lambda b: list(elements(b, "a"))):
        started = time.process_time()
        with pytest.raises(HostileInput):
            read(body)
        assert time.process_time() - started < 1


@pytest.mark.parametrize("text", [HOSTILE["billion laughs"], HOSTILE["external entity"]])
def test_an_entity_written_in_utf_7_is_still_seen(text: str) -> None:
    hidden = text.replace("<!ENTITY", "+ADwAIQ-ENTITY").encode("ascii")
    with pytest.raises(HostileInput, match="declares an entity"):
        parse_element(b'<?xml version="1.0" encoding="UTF-7"?>' + hidden)


def test_the_refusal_names_the_line() -> None:
    with pytest.raises(HostileInput, match=r"declares an entity at line 3"):
        parse_element(b'<?xml version="1.0"?>\n<!DOCTYPE a [\n<!ENTITY x "y">\n]>\n<a/>')


@pytest.mark.parametrize("address", ["https://x/y.dtd", "http://127.0.0.1:1/never-asked.dtd", "missing.dtd"])
def test_an_external_dtd_is_not_an_obstacle(address: str) -> None:
    body = f'<!DOCTYPE A PUBLIC "-//x//EN" "{address}"><A>text</A>'.encode()
    assert parse_element(body).text == "text"
    assert [element.text for element in elements(body, "A")] == ["text"]


def test_an_external_dtd_is_never_loaded(tmp_path: Path) -> None:
    """A loaded DTD would set the attribute."""
    dtd = tmp_path / "local.dtd"
    dtd.write_text('<!ATTLIST A set CDATA "by the DTD">')
    for address in (str(dtd), dtd.as_uri()):
        body = f'<!DOCTYPE A SYSTEM "{address}"><A>text</A>'.encode()
        assert dict(parse_element(body).attrib) == {}
        assert [dict(element.attrib) for element in elements(body, "A")] == [{}]


def test_an_internal_subset_without_entities_is_read() -> None:
    assert parse_element(b"<!DOCTYPE A [<!ELEMENT A (#PCDATA)>]><A>text</A>").text == "text"


def test_undeclared_entities_are_an_error_not_a_gap_in_the_text() -> None:
    with pytest.raises(BadInput, match=r"&nbsp; at line 2"):
        parse_element(b'<!DOCTYPE A SYSTEM "x.dtd">\n<A>10&nbsp;mg</A>')


def test_cdata_may_hold_what_looks_like_an_entity() -> None:
    assert parse_element(b"<A><![CDATA[10&nbsp;mg]]></A>").text == "10&nbsp;mg"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "is empty"),
        (b" \n\t", "is empty"),
        (b'<?xml version="1.0"?>', "without any element"),
        (PROLOG, "without any element"),
        (b"<!-- nothing -->", "without any element"),
        (b"<!DOCTYPE html>\n<html><body>503</body></html>", "HTML page"),
        (b"\xef\xbb\xbf<HTML lang='en'>", "HTML page"),
        (b'{"error":"API rate limit exceeded","api-key":"secret"}', r"begins with '\{'"),
        (b"<A><B></A>", "damaged at line 1"),
        (b"<A/>\n<B/>", "damaged at line 2"),
        (b"<A>\n\xff\xfe</A>", "damaged at line 2"),
        (b"<A>\x00</A>", "damaged at line 1"),
        (b"<A><mml:math/></A>", "prefix mml"),
        (b'<?xml version="1.0" encoding="klingon"?><A/>', "'klingon'"),
        (b'<?xml version="1.0" encoding="shift_jis"?><A>\xff\xff</A>', "'shift_jis'"),
    ],
)
def test_what_is_no_whole_document_is_named_for_what_it_is(body: bytes, message: str) -> None:
    with pytest.raises(BadInput, match=message) as caught:
        parse_element(body)
    assert not isinstance(caught.value, HostileInput)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("length", range(len(WHOLE)))
def test_a_document_cut_anywhere_is_refused(length: int) -> None:
    for read in (parse_element, lambda b: list(elements(b, "B"))):
        with pytest.raises(BadInput):
            read(WHOLE[:length])


def test_a_cut_off_document_is_called_that() -> None:
    for cut in (WHOLE[:-4], WHOLE[:-8], WHOLE[:-20], WHOLE[:75]):
        with pytest.raises(BadInput, match=r"cut off at line [34]"):
            parse_element(cut)


@pytest.mark.parametrize(
    "body",
    [
        "<A>é µ</A>".encode(),
        b"\xef\xbb\xbf" + "<A>é µ</A>".encode(),
        b'\n <?xml version="1.0" encoding="UTF-8"?>' + "<A>é µ</A>".encode(),
        '<?xml version="1.0" encoding="latin-1"?><A>é µ</A>'.encode("latin-1"),
        '<?xml version="1.0" encoding="ISO-8859-1"?><A>é µ</A>'.encode("latin-1"),
        "<?xml version='1.0' encoding='windows-1252'?><A>é µ</A>".encode("cp1252"),
        '<?xml version="1.0" encoding="UTF-16"?><A>é µ</A>'.encode("utf-16"),
        '<?xml version="1.0" encoding="UTF-16"?><A>é µ</A>'.encode("utf-16-be"),
        '<?xml version="1.0" encoding="UTF-8"?><A>é µ</A>'.encode("utf-16"),
        '<?xml version="1.0" encoding="UTF-16"?><A>é µ</A>'.encode(),
    ],
)
def test_encodings_are_read_as_declared_or_as_they_evidently_are(body: bytes) -> None:
    assert parse_element(body).text == "é µ"


def test_elements_come_one_by_one_and_damage_is_raised_after_the_good_ones() -> None:
    seen = []
    with pytest.raises(BadInput, match="cut off at line 3"):
        for element in elements(b"<A>\n<B>1</B><C/>\n<B>2</B>", "B"):
            seen.append(element.text)
    assert seen == ["1", "2"]


def test_earlier_elements_are_released() -> None:
    body = b"<A>" + b"<B>1</B>" * 50 + b"</A>"
    before = [sum(1 for _ in element.itersiblings(preceding=True)) for element in elements(body, "B")]
    assert len(before) == 50
    assert max(before) == 1


def math(inner: str) -> etree._Element:
    return parse_element(f'<A>x <m:math xmlns:m="http://www.w3.org/1998/Math/MathML">{inner}</m:math> y</A>'.encode())


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<m:msup>\n <m:mn>10</m:mn> <m:mrow><m:mo>-</m:mo><m:mn>3</m:mn></m:mrow></m:msup>", "10^-3"),
        (
            "<m:msup><m:mi>e</m:mi><m:mrow><m:mi>a</m:mi><m:mo>/</m:mo><m:mi>b</m:mi></m:mrow></m:msup>",
            "e^(a/b)",
        ),
        ("<m:msub><m:mi>CO</m:mi><m:mn>2</m:mn></m:msub>", "CO2"),
        ("<m:msubsup><m:mi>R</m:mi><m:mtext>pre</m:mtext><m:mn>2</m:mn></m:msubsup>", "Rpre^2"),
        ("<m:mover><m:mi>V</m:mi><m:mo>.</m:mo></m:mover>", "V\u0307"),
        (
            "<m:mfrac><m:mrow><m:mi>a</m:mi><m:mo>+</m:mo><m:mi>b</m:mi></m:mrow><m:mn>2</m:mn></m:mfrac>",
            "(a+b)/2",
        ),
        ("<m:msqrt><m:mi>n</m:mi></m:msqrt>", "√n"),
        (
            "<m:mmultiscripts><m:mi>Xe</m:mi><m:mprescripts/><m:none/><m:mn>129</m:mn></m:mmultiscripts>",
            "129Xe",
        ),
        (
            "<m:semantics><m:mi>p</m:mi><m:annotation encoding='TeX'>\\frac{p}{}</m:annotation></m:semantics>",
            "p",
        ),
        ("<m:mfrac><m:mi>a</m:mi></m:mfrac>", "a"),
        ("", ""),
    ],
)
def test_mathml_becomes_readable(inner: str, expected: str) -> None:
    assert text_of(math(inner)) == f"x {expected} y"


def test_text_keeps_everything_but_the_markup() -> None:
    root = parse_element(b"<A>a<!-- not this --><i>b<sup>c</sup></i>d<?nor this?><DispFormula/>e</A>")
    assert text_of(root) == "abcde"
    assert text_of(etree.fromstring("<A>a<!-- not this -->b<?nor this?>c</A>")) == "abc"


@given(st.binary(max_size=200))
def test_any_bytes_give_an_element_or_bad_input(body: bytes) -> None:
    for read in (parse_element, lambda b: list(elements(b, "A"))):
        with contextlib.suppress(BadInput):
            read(body)
