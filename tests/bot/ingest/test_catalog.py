"""The catalogue files: what is read, what is refused, and where the fault stands."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.ingest import catalog
from bot.ingest.catalog import CatalogError, load_feeds, load_watchlists
from news.feed import Affiliation, FeedSpec, Reliability
from news.watch import Kind, Term

WHOLE = """\
# yaml-language-server: $schema=schemas/feeds.schema.json
feeds:
  - id: rfi-afrique
    title: RFI Afrique
    url: https://example.org/fr/afrique/rss
    languages: [fr]
    country: FR
    family: france-medias-monde
    affiliation: state
    reliability: B
    reason: "A public broadcaster: editorially independent."
    interval: 15m
    note: "seen 2026-08-30"
  - {id: small, title: Small, url: "http://example.org/feed?a=1&b=%22x%22"}
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "file.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def faults(text: str) -> list[tuple[int, int, str]]:
    """Line, column and message of each problem of a catalogue text."""
    try:
        problems = catalog.read_feeds(text, "feeds.yaml").problems
    except CatalogError as error:
        problems = error.problems
    return [(problem.line, problem.column, problem.message) for problem in problems]


def test_a_feed_with_every_field_and_one_with_the_required_ones(tmp_path: Path) -> None:
    full, small = load_feeds(written(tmp_path, WHOLE))
    assert full.affiliation is Affiliation.STATE
    assert full.reliability is Reliability.B
    assert (full.languages, full.country, full.interval) == (("fr",), "FR", timedelta(minutes=15))
    assert small == FeedSpec(id=small.id, title="Small", url="http://example.org/feed?a=1&b=%22x%22")


def test_all_problems_come_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = "feeds:\n  - id: a\n    titel: A\n    url: ftp://a\n    languages: fr\nextra: 1\n"
    path = written(tmp_path, text)
    with pytest.raises(CatalogError) as caught:
        load_feeds(path)
    assert [(p.line, p.column) for p in caught.value.problems] == [(2, 5), (3, 5), (4, 10), (5, 16), (6, 1)]
    second = str(caught.value).splitlines()[1]
    assert second.startswith(f'{path}:3:5: unknown field "titel"; did you mean "title"?')


ENTRY = "feeds:\n  - id: a\n    title: A\n    url: https://a.example/\n"


@pytest.mark.parametrize(
    ("line", "column", "says"),
    [
        ("country: UK", 14, 'did you mean "GB"'),
        ("country: mali", 14, "two-letter code of ISO 3166-1"),
        ("languages: [fra]", 17, 'did you mean "fr"'),
        ("languages: [fr, 3]", 21, "put 3 in quotes"),
        ("languages: fr", 16, "write [fr]"),
        ("affiliation: stat", 18, 'did you mean "state"'),
        ("reliability: G", 18, "one of: A, B, C, D, E, F"),
        ("interval: 15", 15, "put 15 in quotes"),
        ("interval: 15min", 15, "as in 15m"),
        ("interval: 900h", 15, "1s to 168h"),
        ("interval: 0s", 15, "1s to 168h"),
        ("reason:", 5, '"reason" is empty'),
        ("reason: '  '", 13, '"reason" is empty'),
        ("note: {a: 1}", 11, "must be text"),
        ("note: true", 11, "put true in quotes"),
        ("relaibility: B", 5, 'did you mean "reliability"'),
        ("title: B", 5, "given twice (first in line 3)"),
        ("note: !!python/name:os.system x", 11, "remove it"),
        ("note: !secret x", 11, "remove it"),
        ("? [a]\n    : b", 7, "must be a plain word"),
    ],
)
def test_a_wrong_field_is_told_with_its_place_and_what_to_do(line: str, column: int, says: str) -> None:
    found = faults(f"{ENTRY}    {line}\n")
    assert [(5, column)] == [where[:2] for where in found]
    assert says in found[0][2]


@pytest.mark.parametrize(
    "url",
    [
        "gopher://a.example/",
        "//a.example/x",
        "https://",
        "https://user:word@a.example/",
        "https://a.example/a b",
        "https://a.example:port/",
        "https://[::1/",
        'https://a.example/"',
        "javascript:alert(1)",
        "x" * 2100,
        "https://a.example/" + "x" * 2000,
    ],
)
def test_an_address_that_cannot_be_polled_is_refused(url: str) -> None:
    assert [line for line, _, _ in faults(f"feeds:\n  - id: a\n    title: A\n    url: '{url}'\n")] == [4]


@pytest.mark.parametrize("name", ["A", "a b", "-a", "a_b", "é", "a" * 41, '""'])
def test_an_id_that_a_command_could_not_carry_is_refused(name: str) -> None:
    found = faults(f"feeds:\n  - id: {name}\n    title: A\n    url: https://a.example/\n")
    assert [line for line, _, _ in found] == [2]


def test_ids_and_addresses_stand_once() -> None:
    found = faults(ENTRY + "  - id: a\n    title: B\n    url: https://a.example/\n")
    assert [(line, column) for line, column, _ in found] == [(5, 9), (7, 10)]
    assert "line 2" in found[0][2]
    assert "line 4" in found[1][2]


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("", 1, 1, '"feeds:" with a list'),
        ("[]", 1, 1, '"feeds:" with a list'),
        ("feeds: x", 1, 1, "must be a list"),
        ("other: []", 1, 1, "is missing"),
        ("feeds:\n  - x\n", 2, 5, "must stand fields"),
        ("feeds:\n  - id: a\n    title: x: y\n", 3, 13, "must stand in quotes"),
        ("feeds:\n\t- id: a\n", 2, 1, "not tabs"),
        ('feeds:\n  - id: "a\n', 3, 1, "not closed"),
        ("a: *b\n", 1, 4, "must stand in quotes"),
        ("feeds: []\n---\nfeeds: []\n", 2, 1, "remove the line ---"),
        ("feeds:\n  - id: a\x07\n", 2, 10, "0x07"),
        ("[" * 5000, 1, 25, "nested so deeply"),
    ],
)
def test_what_is_no_catalogue_at_all(text: str, line: int, column: int, says: str) -> None:
    found = faults(text)
    assert found[0][:2] == (line, column)
    assert says in found[0][2]


def test_aliases_do_not_multiply_without_bound() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"{n}: &{n} [{', '.join(['*' + p] * 10)}]" for p, n in zip("abcdefgh", "bcdefghi", strict=True)]
    assert "too many" in faults("\n".join(lines))[-1][2]
    assert "too many" in faults("feeds: &a [*a]")[-1][2]


def test_files_that_are_absent_too_large_or_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yaml"
    with pytest.raises(CatalogError, match="no such file"):
        load_feeds(path)
    path.write_bytes(b"feeds:\n  - title: S\xe9n\xe9gal\n")
    with pytest.raises(CatalogError) as caught:
        load_feeds(path)
    assert (caught.value.problems[0].line, caught.value.problems[0].column) == (2, 13)
    path.write_bytes(b"#" * (1024 * 1024 + 1))
    with pytest.raises(CatalogError, match="larger than 1024 KiB"):
        load_feeds(path)
    with pytest.raises(CatalogError, match="cannot be read"):
        load_feeds(tmp_path)


def test_the_fingerprint_follows_the_content(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yaml"
    assert catalog.fingerprint(path) == ""
    path.write_text("a")
    first = catalog.fingerprint(path)
    path.write_text("b")
    assert first != catalog.fingerprint(path) != ""


LISTS = """\
watchlists:
  - id: wagner
    title: Wagner
    description: What the group does.
    entities:
      - id: wagner-group
        name: Wagner Group
        kind: group
        source: "a list"
        terms:
          en: [Wagner Group, {text: Wagner, unless: [opera], not_before: [College], source: press}]
          any:
            - {text: PMC, exact: true, prefix: true, company: [Mali], not_after: [the]}
"""


def test_terms_are_texts_or_fields_by_language(tmp_path: Path) -> None:
    (watchlist,) = load_watchlists(written(tmp_path, LISTS))
    (entity,) = watchlist.entities
    assert (watchlist.id, watchlist.description) == ("wagner", "What the group does.")
    assert entity.kind is Kind.GROUP
    assert entity.terms == (
        Term("Wagner Group", "en"),
        Term("Wagner", "en", unless=("opera",), not_before=("College",)),
        Term("PMC", "", exact=True, prefix=True, company=("Mali",), not_after=("the",)),
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "says"),
    [
        ("kind: group", "kind: grup", 8, 15, 'did you mean "group"'),
        ("unless:", "unles:", 11, 45, 'did you mean "unless"'),
        ("en: [", "eng: [", 11, 11, 'did you mean "en"'),
        ("exact: true", "exact: yes", 13, 34, "true or false"),
        ("[Mali]", "Mali", 13, 63, "write [Mali]"),
        ("text: PMC", "text: ''", 13, 22, '"text" is empty'),
        ("- {text: PMC,", "- {", 13, 15, '"text" is missing'),
        ("Wagner Group, {", "7, {", 11, 16, "quoted text"),
        ("name: Wagner Group", "nam: Wagner Group", 7, 9, 'did you mean "name"'),
        ("title: Wagner\n", "titre: Wagner\n", 3, 5, 'did you mean "title"'),
    ],
)
def test_a_wrong_watchlist_is_told_with_its_place(
    old: str, new: str, line: int, column: int, says: str
) -> None:
    read = catalog.read_watchlists(LISTS.replace(old, new, 1), "watchlists.yaml")
    at = [problem for problem in read.problems if says in problem.message]
    assert [(problem.line, problem.column) for problem in at] == [(line, column)]
    assert read.entries == ()


def test_entity_ids_stand_once_in_a_watchlist_and_may_return_in_another() -> None:
    entity = "      - {id: e, name: E, kind: group, terms: {any: [E]}}\n"
    head = "  - id: %s\n    title: T\n    entities:\n"
    good = "watchlists:\n" + head % "a" + entity + head % "b" + entity
    assert len(catalog.read_watchlists(good, "w").whole()) == 2
    (problem,) = catalog.read_watchlists(good + entity, "w").problems
    assert (problem.line, problem.message) == (10, 'the id "e" stands in line 9 already: each may stand once')


def test_good_entries_are_kept_beside_bad_ones() -> None:
    read = catalog.read_feeds(ENTRY + "  - id: b\n", "f")
    assert [(index, spec.id) for index, spec in read.entries] == [(0, "a")]
    assert {problem.line for problem in read.problems} == {5}
