"""A text is read as a reader reads it: nothing lost, nothing moved, and every hostile file answered politely."""

from __future__ import annotations

import contextlib
import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from harvest.checker import reading
from harvest.checker.language import language_of
from harvest.checker.model import Document
from harvest.checker.reading import read_bytes, read_text
from harvest.errors import BadInput

from .made import pdf

SENTENCE = "Ketamine may help some people within hours, and for most of them it fades within a week or two."


def seen(document: Document) -> list[tuple[str, str, int]]:
    """(kind, text, under) of each block; kinds by their first letter."""
    return [(one.kind[0], document.text[one.start : one.end], one.under) for one in document.blocks]


def sound(document: Document) -> None:
    """What holds of every document: blocks in order, apart from each other, trimmed, led in by earlier ones."""
    last = 0
    for index, block in enumerate(document.blocks):
        text = document.text[block.start : block.end]
        assert last <= block.start < block.end <= len(document.text)
        assert text == text.strip() and any(letter.isalnum() for letter in text)
        assert -1 <= block.under < index
        last = block.end


# ------------------------------------------------------------ plain text


@given(st.text(st.characters(), min_size=1))
def test_plain_text_is_kept_character_for_character(text: str) -> None:
    """Halves of surrogate pairs, NULs, marks of direction and all: offsets count in what was handed in."""
    if not text.strip():
        with pytest.raises(BadInput, match="no text"):
            read_text(text)
        return
    document = read_text(text)
    assert document.text == text and document.source == "text"
    sound(document)


@given(
    st.lists(
        st.sampled_from(["- one", "2. two", "Helps:", "a short line", SENTENCE, "", "  * deep", "# Head", "\t", "***"])
    )
)
def test_lines_of_any_order_make_sound_blocks(lines: list[str]) -> None:
    """Every line with words is in exactly one block."""
    text = "\r\n".join([SENTENCE, *lines])
    document = read_text(text)
    sound(document)
    words = sum(len(one.split()) for one in (document.text[block.start : block.end] for block in document.blocks))
    marks = sum(line.strip()[:2].strip() in ("-", "2.", "*", "#") for line in lines)
    assert words == len(text.replace("***", "").split()) - marks


@pytest.mark.parametrize("mark", ["- ", "* ", "• ", "– ", "1. ", "2) ", "(3) ", "a) ", "b. ", "✓ ", "•", "\t-\t", "✔️ "])
def test_items_begin_after_their_mark(mark: str) -> None:
    """And stand under the line that leads them in."""
    document = read_text(f"Ketamine can help with:\r\n{mark}chronic pain\r\n\r\n{mark}post-traumatic stress\r\n")
    assert seen(document) == [
        ("p", "Ketamine can help with:", -1),
        ("i", "chronic pain", 0),
        ("i", "post-traumatic stress", 0),
    ]


@pytest.mark.parametrize(
    "line", ["-5 points were lost", "1.5 mg is a dose", "1970 it was approved", "e.g. pain", "*note"]
)
def test_what_only_looks_like_a_mark_is_text(line: str) -> None:
    """Numbers, abbreviations and asterisks keep their words."""
    assert seen(read_text(f"{line} as we are told here."))[0][:2] == ("p", f"{line} as we are told here.")


def test_a_paragraph_right_before_items_leads_them_in() -> None:
    """Also without a colon; the paragraph after the list stands under the heading again."""
    text = f"Side effects\n\n{SENTENCE} It may cause\n- dizziness\n- nausea\n\n{SENTENCE}"
    assert [(kind, under) for kind, _, under in seen(read_text(text))] == [
        ("h", -1),
        ("p", 0),
        ("i", 1),
        ("i", 1),
        ("p", 0),
    ]


def test_lists_without_bullets_are_seen_after_a_colon() -> None:
    """Close together or with blank lines between; what stands apart from them is the next heading."""
    close = f"It eases:\nDepression\nAnxiety\nPTSD\n\nWhat to expect\n\n{SENTENCE}"
    assert [one[0] for one in seen(read_text(close))] == list("piiihp")
    wide = f"It eases:\n\nDepression\n\nAnxiety\n\nPTSD\n\nHow it works\n\n{SENTENCE}"
    assert [one[0] for one in seen(read_text(wide))] == list("piiihp")
    headed = f"{SENTENCE}\n\nConditions\n\nDepression\nAnxiety\nPTSD\n\n{SENTENCE}"
    assert seen(read_text(headed))[1:5] == [
        ("h", "Conditions", -1), ("i", "Depression", 1), ("i", "Anxiety", 1), ("i", "PTSD", 1),
    ]  # fmt: skip


def test_headings_are_short_lines_before_something() -> None:
    """Without a full stop; a question is one, the last line is none."""
    text = f"A new hope\nIs it safe?\n{SENTENCE}\nIt is safe.\nCall us now"
    assert [one[0] for one in seen(read_text(text))] == list("hhppp")


def test_wrapped_lines_belong_together() -> None:
    """One block for the lines of a paragraph; its heading, its list and the next paragraph stay apart."""
    text = (
        "How Ketamine Works\n"
        "Ketamine blocks a receptor in the brain that answers to glutamate, and\n"
        "what follows is thought to help new connections to grow between cells\n"
        "of the cortex. In trials with people\n"
        "\n"
        "Another paragraph tells of its effects, which are said to include the\n"
        "following ones:\n"
        "  - dizziness that passes within two hours after the end of the infu-\n"
        "    sion\n"
        "  - nausea\n"
    )
    blocks = seen(read_text(text))
    assert [one[0] for one in blocks] == list("hppii")
    assert blocks[1][1].startswith("Ketamine blocks") and blocks[1][1].endswith("trials with people")
    assert blocks[3][1].endswith("infu-\n    sion") and blocks[3][2] == 2


def test_long_unmarked_phrases_are_not_taken_for_a_wrapped_paragraph() -> None:
    """Lines that begin with capitals and are of any length say different things."""
    text = (
        "Improves mood and helps people return to what they did before\n"
        "Reduces thoughts of suicide within hours of the very first dose\n"
        "Relieves pain of nerves that no other medicine was able to reach\n"
    )
    assert len(read_text(text).blocks) == 3


def test_lists_within_lists_and_numbers_that_go_on() -> None:
    """A deeper list is led in by its item; "2." goes on after the paragraph that belongs to "1."."""
    nested = read_text("It treats:\n- moods:\n  - depression\n  - mania\n- pain\n")
    assert [one[2] for one in seen(nested)] == [-1, 0, 1, 1, 0]
    numbered = read_text(f"Reasons to try it:\n\n1. It is fast\n\n{SENTENCE}\n\n2. It is safe\n\n{SENTENCE}\n")
    assert [one[2] for one in seen(numbered) if one[0] == "i"] == [0, 0]


def test_hashes_make_headings() -> None:
    """With levels: a deeper one stands under the one above it."""
    assert seen(read_text(f"# Ketamine\n\n## Safety\n\n{SENTENCE}\n\n## Uses\n\n{SENTENCE}")) == [
        ("h", "Ketamine", -1), ("h", "Safety", 0), ("p", SENTENCE, 1), ("h", "Uses", 0), ("p", SENTENCE, 3),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line", ["a b\n", "a b\n\n", "- a\n", "1. a\n", "Helps:\n", "# a\n", "a?\n", f"{SENTENCE.lower()}\n", "\t\n"]
)
def test_time_grows_with_length_only(line: str) -> None:
    """However often a line is repeated (20,000 lines took 45 s once)."""
    started = time.perf_counter()
    sound(read_text(line * 20_000 + "x"))
    assert time.perf_counter() - started < 3


# ------------------------------------------------------------ bytes, encodings, limits

CURLY = "Ketamine – it’s “proven”, they say. "


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_encodings_are_told_apart(encoding: str) -> None:
    """With and without a mark at the start; the mark is no part of the text."""
    assert read_bytes((CURLY * 20).encode(encoding)).text == CURLY * 20


def test_declared_and_guessed_encodings() -> None:
    """What a server or page declares is believed, unless the bytes are UTF-8; a text in Cyrillic letters is recognised."""
    russian = "Кетамин помогает при депрессии, но действие препарата длится недолго. " * 5
    assert read_bytes(russian.encode("koi8-r"), content_type="text/plain; charset=KOI8-R").text == russian
    assert read_bytes(russian.encode("cp1251")).text == russian
    assert read_bytes(CURLY.encode(), content_type="text/plain; charset=iso-8859-1").text == CURLY
    assert read_bytes(CURLY.encode("cp1252"), content_type="text/plain; charset=iso-8859-1").text == CURLY
    assert read_bytes(CURLY.encode("cp1252"), content_type="text/plain; charset=no-such-thing").text == CURLY
    page = f'<html><head><meta charset="windows-1251"></head><body><p>{russian}</p></body></html>'
    assert read_bytes(page.encode("cp1251")).text == russian.strip()


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\0\0\0", b"<html><body></body></html>", b"<p> </p><p></p><p></p>"])
def test_nothing_to_check_is_said_politely(data: bytes) -> None:
    """Empty files and pages."""
    with pytest.raises(BadInput, match="no text"):
        read_bytes(data)


def test_five_megabytes_are_the_most() -> None:
    """Of bytes and of pasted text; just that much is read, in reasonable time."""
    for read, part in ((read_bytes, b"x "), (read_text, "x ")):
        with pytest.raises(BadInput, match="larger than 5 MB"):
            read(part * (reading.LARGEST // 2 + 1))
    started = time.perf_counter()
    assert len(read_bytes(b"Ketamine helps. " * (reading.LARGEST // 16)).text) == reading.LARGEST
    assert time.perf_counter() - started < 30


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04rest", b"\x89PNG\r\n", b"\xff\xd8\xff\xe0", b"{\\rtf1 x}", bytes(range(256)) * 20, b"\x1f\x8b\x08"],
)
def test_files_that_are_no_text_are_named(data: bytes) -> None:
    """What it is, and what to do instead."""
    with pytest.raises(BadInput, match="this is"):
        read_bytes(data)


@given(st.binary(max_size=400), st.sampled_from(["", "text/html", "text/plain; charset=utf-7", "application/pdf"]))
def test_any_bytes_are_read_or_refused(data: bytes, content_type: str) -> None:
    """Never anything but a document or a message."""
    with contextlib.suppress(BadInput):
        sound(read_bytes(data, content_type=content_type))


# ------------------------------------------------------------ languages

OTHERS = {
    "de": "Ketamin kann bei Menschen mit einer Depression schnell wirken, aber die Wirkung ist nicht von Dauer.",
    "fr": "La kétamine peut soulager la dépression, mais les effets ne durent pas plus que quelques jours.",
    "es": "La ketamina puede aliviar la depresión en unas horas, pero el efecto no es duradero para todos.",
    "it": "La ketamina può alleviare la depressione in poche ore, ma gli effetti non sono duraturi per tutti.",
    "pt": "A cetamina pode aliviar a depressão em poucas horas, mas os efeitos não são duradouros para todos.",
    "nl": "Ketamine kan bij mensen met een depressie snel werken, maar het effect is niet voor iedereen blijvend.",
    "ru": "Кетамин быстро помогает людям с депрессией, но его действие длится недолго.",
    "uk": "Кетамін швидко допомагає людям із депресією, але його дія триває недовго.",
    "zh": "氯胺酮可以在数小时内缓解抑郁症状,但效果并不持久。",
    "ja": "ケタミンは数時間以内にうつ病の症状を和らげることがあります。",
    "ar": "يمكن أن يخفف الكيتامين من أعراض الاكتئاب خلال ساعات.",
}


@pytest.mark.parametrize("code", OTHERS)
def test_other_languages_are_named_and_noted(code: str) -> None:
    """The reader is told that only English can be checked."""
    document = read_text(OTHERS[code])
    assert document.language == code
    assert any("only statements in English" in note for note in document.notes)


@pytest.mark.parametrize(
    ("text", "code"),
    [(SENTENCE, "en"), ("Ketamine NYC", "und"), ("12 34 ???", "und"), (f"{SENTENCE} {SENTENCE} Гамлет says so.", "en"),
     ("KETAMINE IS PROVEN TO BE SAFE FOR ALL THE PEOPLE", "en")],
)  # fmt: skip
def test_english_and_too_little_to_tell(text: str, code: str) -> None:
    """Neither brings a note."""
    assert (language_of(text), read_text(text).notes) == (code, ())


# ------------------------------------------------------------ PDF


def test_pdf_lines_become_paragraphs() -> None:
    """Halves of words are joined, words with hyphens of their own keep them, items and headings stay apart."""
    lines = [
        "How It Works",
        "Ketamine is given to people whose depres-",
        "sion did not go away, that is to say to treatment-",
        "resistant people. A treatment is resistant when no",
        "treatment with other pills was of help to them.",
        "There is more than that, and it can ease:",
        "- chronic pain",
        "- thoughts of suicide",
    ]
    document = read_bytes(pdf(lines, title="A leaflet"))
    assert (document.source, document.title, document.notes) == ("pdf", "A leaflet", ())
    blocks = seen(document)
    assert [one[0] for one in blocks] == list("hpii")
    assert "whose depression did not" in blocks[1][1] and "treatment-resistant people" in blocks[1][1]
    assert blocks[2] == ("i", "chronic pain", 1)


def test_pdf_letters_drawn_as_one_are_parted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs draw "fi" as one letter; it is read as two."""
    monkeypatch.setattr("pypdf.PageObject.extract_text", lambda page: "The bene\ufb01t is su\ufb03cient.\n\uf0b7 pain")
    assert seen(read_bytes(pdf(["x"]))) == [("p", "The benefit is sufficient.", -1), ("i", "pain", 0)]


def test_pdf_heads_feet_and_page_numbers_go_and_sentences_run_on() -> None:
    """A sentence goes on overleaf as if nothing stood between."""
    pages = [
        [
            "Clinic of the Invented Hill",
            f"Part {word} is about the effects that people tell us of and it goes on",
            str(number),
        ]
        for number, word in enumerate(("one", "two", "three"), start=1)
    ]
    pages[1][1] = "in the same sentence on the second of the pages that are made up here."
    text = read_bytes(pdf(*pages)).text
    assert "it goes on in the same sentence" in text
    assert "Clinic" not in text and "3" not in text


def test_long_pdfs_are_read_in_part() -> None:
    """Three hundred pages, and a note."""
    document = read_bytes(pdf(*([SENTENCE],) * 302))
    assert document.text.count("Ketamine may") == 300
    assert document.notes == ("Only the first 300 of 302 pages were read.",)


def test_pdf_pages_without_text_are_told() -> None:
    """Some: a note. All: a message that names what can be done."""
    assert read_bytes(pdf([SENTENCE], [], [])).notes == ("2 of 3 pages hold no text, perhaps pictures of it.",)
    with pytest.raises(BadInput, match="OCR"):
        read_bytes(pdf([], []))


def test_pdf_with_a_password_is_refused_and_without_one_is_read() -> None:
    """Many are encrypted with an empty password, which every program opens."""
    for password, expected in (("secret", None), ("", SENTENCE)):
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf([SENTENCE]))))
        writer.encrypt(password, owner_password="other", algorithm="RC4-128")
        out = io.BytesIO()
        writer.write(out)
        if expected:
            assert read_bytes(out.getvalue()).text == expected
        else:
            with pytest.raises(BadInput, match="password"):
                read_bytes(out.getvalue())


def test_damaged_pdfs_are_read_or_refused() -> None:
    """Cut anywhere, or with any byte changed."""
    whole = pdf([SENTENCE, "Second line of it."], ["Another page."])
    broken = [whole[:end] for end in range(8, len(whole), 17)]
    broken += [whole[:at] + b"\xff" + whole[at + 1 :] for at in range(8, len(whole), 13)]
    for data in (*broken, b"%PDF-1.7\n", b"%PDF-1.4\ntrailer << /Root 1 0 R >>"):
        try:
            sound(read_bytes(data))
        except BadInput as problem:
            assert "PDF" in str(problem)


# ------------------------------------------------------------ the five pages


@pytest.mark.shared
def test_the_pages_at_hand_are_read(shared: object) -> None:
    """Every line of them is a block, and their lists are lists."""
    from pathlib import Path

    kinds: set[str] = set()
    for path in sorted(Path(str(shared), "seeds").glob("*.txt")):
        document = read_bytes(path.read_bytes(), name=path.name)
        sound(document)
        kinds |= {block.kind for block in document.blocks}
        assert document.language == "en"
        lines = [line for line in document.text.splitlines() if any(letter.isalnum() for letter in line)]
        assert len(document.blocks) == len(lines)
    assert kinds == {"heading", "paragraph", "item"}
