"""YAML as plain values, with the place of each value, and nothing that a file could execute.

Only the node graph of ruamel.yaml is used: no constructor runs, so a tag can build no object.
Aliases are expanded up to a bound, so that a small file cannot become a large value.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from bot.ingest.problem import CatalogError, Problem

# ruamel.yaml reads about 200 kB a second: a file at this bound takes five seconds, and is 1,000 feeds.
MAX_BYTES = 1024 * 1024
MAX_NODES = 100_000
MAX_DEPTH = 24

Loc = tuple[str | int, ...]

_TAG = "tag:yaml.org,2002:"
_TAGS = {"map", "seq", "str", "int", "bool", "null", "float", "timestamp", "value", "merge"}
_HINTS = (
    ("mapping values are not allowed", "text that holds a colon must stand in quotes"),
    ("cannot start any token", "indent with spaces, not tabs; text that begins with a sign needs quotes"),
    ("expected <block end>", "check the indentation and the quotes of this line and the one above"),
    ("could not find expected ':'", "a field needs a colon and a space after its name"),
    ("while scanning a quoted scalar", "a quotation mark is not closed"),
    ("undefined alias", "text that begins with * must stand in quotes"),
    ("maximum depth", "nothing in this file needs to be nested so deeply"),
    ("expected a single document", "only one document may stand in the file: remove the line ---"),
)


@dataclass(slots=True)
class Document:
    """The value of a file (dict, list, str, int, bool or None) and where each part of it stands.

    `values` and `keys` give line and column (from 1) by the path of keys and indexes.
    """

    path: str
    value: object = None
    values: dict[Loc, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Loc, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place(self, loc: Loc, *, key: bool = False) -> tuple[int, int]:
        """Where `loc` stands, or the nearest thing around it that the file has."""
        while loc:
            found = (self.keys.get(loc) if key else None) or self.values.get(loc)
            if found:
                return found
            loc, key = loc[:-1], False
        return self.values.get((), (1, 1))

    def at(self, loc: Loc) -> object:
        """The value there; None where there is none."""
        value = self.value
        for step in loc:
            if isinstance(value, dict):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value

    def report(self, loc: Loc, message: str, *, key: bool = False) -> None:
        self.problems.append(Problem(self.path, *self.place(loc, key=key), message))


def read_text(path: Path) -> str:
    """The file as text; raises `CatalogError` where it is absent, too big or not UTF-8."""
    name = str(path)
    try:
        with path.open("rb") as handle:
            data = handle.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise CatalogError([Problem(name, 0, 0, "there is no such file")]) from None
    except OSError as error:
        raise CatalogError([Problem(name, 0, 0, f"cannot be read: {error.strerror}")]) from error
    return decode(data, name)


def decode(data: bytes, name: str) -> str:
    """UTF-8, with or without a byte order mark; raises `CatalogError`."""
    if len(data) > MAX_BYTES:
        message = f"is larger than {MAX_BYTES // 1024} KiB: split it or remove what is not needed"
        raise CatalogError([Problem(name, 0, 0, message)])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1
        raise CatalogError([Problem(name, line, column, "is not UTF-8: save the file as UTF-8")]) from None


def parse(text: str, name: str) -> Document:
    """The document of a YAML text; raises `CatalogError` where it is not YAML at all.

    Faults that leave the rest readable (a key given twice, a tag) are in `problems`.
    """
    document = Document(name)
    root = _compose(text, name)
    if root is not None:
        document.value = _Reader(document).value(root, ())
    return document


def _compose(text: str, name: str) -> Node | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ReusedAnchorWarning)
            loader = YAML(typ="safe", pure=True)
            loader.max_depth = MAX_DEPTH
            root: Node | None = loader.compose(text)
            return root
    except MarkedYAMLError as error:
        raise CatalogError([_explain(error, name)]) from None
    except ReaderError as error:
        before = text[: error.position].splitlines(keepends=True) or [""]
        place = (len(before), len(before[-1]) + 1)
        message = f"a control character (code {error.character:#04x}) stands here: remove it"
        raise CatalogError([Problem(name, *place, message)]) from None


def _explain(error: MarkedYAMLError, name: str) -> Problem:
    said = f"{error.context or ''} {error.problem or ''}".strip().partition(", if necessary")[0]
    hint = next((words for sign, words in _HINTS if sign in said), "")
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    return Problem(name, line, column, f"is not YAML: {said}" + (f" ({hint})" if hint else ""))


class _Reader:
    """Turns nodes into values; one use."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._nodes = 0

    def value(self, node: Node, loc: Loc) -> object:
        document = self._document
        document.values[loc] = _mark(node)
        self._nodes += 1
        if self._nodes > MAX_NODES or len(loc) > MAX_DEPTH:
            raise CatalogError([Problem(document.path, *_mark(node), "too many values or levels")])
        tag = str(node.tag).removeprefix(_TAG)
        if tag not in _TAGS:
            document.report(loc, f"the tag {tag} has no meaning here: remove it")
        if isinstance(node, MappingNode):
            return self._mapping(node, loc)
        if isinstance(node, SequenceNode):
            return [self.value(child, (*loc, index)) for index, child in enumerate(node.value)]
        return _scalar(str(node.value), tag)

    def _mapping(self, node: MappingNode, loc: Loc) -> Mapping[str, object]:
        values: dict[str, object] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, ScalarNode) else ""
            here = (*loc, key)
            if not key:
                self._document.problems.append(
                    Problem(self._document.path, *_mark(key_node), "a field's name must be a plain word")
                )
            elif key in values:
                first = self._document.keys[here][0]
                self._document.problems.append(
                    Problem(
                        self._document.path,
                        *_mark(key_node),
                        f'"{key}" is given twice (first in line {first}): keep one of them',
                    )
                )
            else:
                self._document.keys[here] = _mark(key_node)
                values[key] = self.value(value_node, here)
        return values


def _scalar(text: str, tag: str) -> object:
    if tag == "null":
        return None
    if tag == "bool":
        return text.casefold() == "true"
    return _number(text) if tag == "int" else text


def _number(text: str) -> int | str:
    try:
        return int(text.replace("_", ""), 0)
    except ValueError:  # 007, or more digits than Python converts: the text says more
        return text


def _mark(node: Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1
