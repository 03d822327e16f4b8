"""Feed markup to text, sentences, and text that is safe to show."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news.text import display, plain, sentences

PLAIN = [
    ("<p>Calm in Boni.</p><p>The market opened.</p>", "Calm in Boni.\nThe market opened."),
    ("River<br>level<br/>rises", "River\nlevel\nrises"),
    ("<script>alert(1)</script>Rain <style>p{}</style>in Gao", "Rain in Gao"),
    ("<ul><li>Gao</li><li>Kidal</li></ul>", "Gao\nKidal"),
    ("<table><tr><td>Gao</td><td>Kidal</td></tr></table>", "Gao\nKidal"),
    ("&lt;p&gt;Twice &amp;eacute;crit&lt;/p&gt;", "Twice écrit"),
    ("&amp;lt;p&amp;gt;Thrice&amp;lt;/p&amp;gt;", "Thrice"),
    ("Work goes on&hellip;", "Work goes on…"),
    ("<![CDATA[<b>Water</b> is scarce]]>", "Water is scarce"),
    ("<p>Unclosed <b>tags", "Unclosed tags"),
    ("5 < 6 and R&D", "5 < 6 and R&D"),
    ("Prices: 3 &lt; 5", "Prices: 3 < 5"),
    ("A link <a href='https://example.org/cut", "A link"),
    ("one&nbsp;&nbsp;  two", "one two"),
    ("<p>Bou<b>lke</b>ssi.</p>", "Boulkessi."),
    ('Text<img src="https://example.org/pixel.gif" width="1" height="1"/>', "Text"),
    ("Le pont est fermé. Lire la suite...", "Le pont est fermé."),
    ("Le pont est fermé. [&#8230;] Lire l&#8217;article &rarr;", "Le pont est fermé."),
    ("Wells dug. The post Wells dug near Ber appeared first on Desert Post.", "Wells dug."),
    ("Puits creusés. L’article Puits est apparu en premier sur Le Courrier du Puits.", "Puits creusés."),
    ("<figure><figcaption>AFP</figcaption></figure><p>The dam holds.</p>", "The dam holds."),
    ("plain words", "plain words"),
    ("", ""),
]


@pytest.mark.parametrize(("html", "text"), PLAIN)
def test_markup_becomes_text(html: str, text: str) -> None:
    assert plain(html) == text


def test_a_tail_in_the_middle_of_a_text_stays() -> None:
    text = "Read more books, the teacher in Sikasso said, and the class did for a year."
    assert plain(text) == text


@settings(deadline=None)
@given(st.text(st.characters(exclude_characters="<>&[]", exclude_categories=["Cs"]), max_size=80))
def test_text_in_a_paragraph_is_the_text(text: str) -> None:
    assert plain(f"<div><p>{text}</p></div>") == plain(text)


SENTENCES = [
    ("Gen. Sow spoke. He left at noon.", "en", ("Gen. Sow spoke.", "He left at noon.")),
    ("The U.N. Mission stayed. It rained.", "en", ("The U.N. Mission stayed.", "It rained.")),
    ("Why? Nobody knows! The well is dry…", "en", ("Why?", "Nobody knows!", "The well is dry…")),
    ("Le gén. Sow a parlé. M. Bah aussi.", "fr", ("Le gén. Sow a parlé.", "M. Bah aussi.")),
    ("Il a dit : « Non. » Puis il est parti.", "fr", ("Il a dit : « Non. »", "Puis il est parti.")),
    ("В 2023 г. открыли мост. Его ждали, т.е. хотели.", "ru",
     ("В 2023 г. открыли мост.", "Его ждали, т.е. хотели.")),
    ("فتح السوق. هل عاد التجار؟ نعم.", "ar", ("فتح السوق.", "هل عاد التجار؟", "نعم.")),
    ("El Gral. Sow habló. La Sra. Bah no.", "es", ("El Gral. Sow habló.", "La Sra. Bah no.")),
    ("Rice rose 3.5 percent. “Too much.” People left.", "en",
     ("Rice rose 3.5 percent.", "“Too much.”", "People left.")),
    ("J. B. Sow sang. One line\nanother line", "en", ("J. B. Sow sang.", "One line", "another line")),
    ("", "en", ()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "language", "expected"), SENTENCES)
def test_sentences(text: str, language: str, expected: tuple[str, ...]) -> None:
    assert sentences(text, language) == expected


@settings(deadline=None)
@given(st.text(max_size=200))
def test_sentences_are_verbatim(text: str) -> None:
    rest = text
    for sentence in sentences(text):
        assert sentence in rest
        rest = rest[rest.index(sentence) + len(sentence) :]


def test_display_removes_what_misleads() -> None:
    assert display("pay\u202etxt.exe\u202c now\u200b\u00ad\x07") == "paytxt.exe now"
    assert display("lone \ud800 half") == "lone half"
    assert display("one\n two\u2028three") == "one two three"


def test_display_keeps_the_joiners_that_spelling_needs() -> None:
    assert display("می\u200cخواهم") == "می\u200cخواهم"
    assert display("ma\u200cli") == "mali"


def test_display_shortens_towers_of_marks() -> None:
    assert len(display("a" + "\u0316" * 40)) <= 4
    assert display("e\u0301") == "é"


@settings(deadline=None)
@given(st.text(max_size=100))
def test_display_is_stable_and_one_line(text: str) -> None:
    shown = display(text)
    assert display(shown) == shown
    assert len(shown.splitlines()) <= 1
    shown.encode("utf-8")
