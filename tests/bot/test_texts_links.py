"""Links: what stands on the screen is where a press leads."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts.links import LONGEST_LINK, host_of, safe_link


@pytest.mark.parametrize(
    ("given_", "shown"),
    [
        ("https://courier.example/a?b=1&c=%20#d", "https://courier.example/a?b=1&c=%20#d"),
        ("  http://courier.example:8080/ ", "http://courier.example:8080/"),
        ("HTTPS://Courier.Example/A", "https://courier.example/A"),
        ("https://un.org@evil.example/", "https://evil.example/"),
        ("https://user:secret@courier.example/x", "https://courier.example/x"),
        ("https://новости.рф/1", "https://новости.рф/1"),
        ("https://аррӏе.com/", "https://xn--80ak6aa92e.com/"),
        ("https://courier.example/é\u202ex", "https://courier.example/%C3%A9%E2%80%AEx"),
        ('https://courier.example/a b">', "https://courier.example/a%20b%22%3E"),
        ("https://[2001:db8::1]/x", "https://[2001:db8::1]/x"),
        ("https://ｃourier.example/", "https://courier.example/"),
    ],
)
def test_safe_links(given_: str, shown: str) -> None:
    assert safe_link(given_) == shown


def test_a_host_of_mixed_scripts_shows_its_punycode() -> None:
    cyrillic_letters_in_it = "https://cour\u0456\u0435r.example/"
    assert safe_link(cyrillic_letters_in_it).startswith("https://xn--")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "courier.example/a",
        "//courier.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://courier.example/",
        "tg://resolve?domain=x",
        "https://",
        "https://good.example\\@evil.example/",
        "https://good\u200b.example/",
        "https://good\u202e.example/",
        "https://a.example:99999/",
        "https://a.example/" + "x" * LONGEST_LINK,
        "https://a.exam ple/",
        "https://a\u2100b.example/",
    ],
)
def test_unsafe_links_are_none(address: str) -> None:
    assert safe_link(address) == ""


def test_the_host_is_shown_without_www() -> None:
    assert host_of("https://www.courier.example/a") == "courier.example"
    assert host_of("nothing") == ""


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_gives_a_plain_address_or_none(host: str, path: str) -> None:
    link = safe_link(f"https://{host}/{path}")
    if link:
        parts = urlsplit(link)
        assert parts.scheme == "https"
        assert "@" not in parts.netloc
        assert len(link) <= LONGEST_LINK
        rest = link.removeprefix(f"https://{parts.netloc}")
        assert rest.isascii()
        assert not any(char.isspace() or char in "<>\"'" for char in rest)
        assert safe_link(link) == link
