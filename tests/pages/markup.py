"""A page as a list of elements, enough to check rules on: not a browser, and no repair of bad HTML.

Nesting errors are the Nu HTML checker's to find; here an end tag without a start is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)


@dataclass(eq=False)
class Element:
    """One element: its tag and attributes in lower case, its line, and what it stands in."""

    tag: str
    attributes: dict[str, str]
    line: int
    parent: Element | None
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def get(self, name: str) -> str | None:
        return self.attributes.get(name)

    def ancestors(self) -> Iterator[Element]:
        above = self.parent
        while above is not None:
            yield above
            above = above.parent

    def descendants(self) -> Iterator[Element]:
        for child in self.children:
            yield child
            yield from child.descendants()

    def all_text(self) -> str:
        """Own text and that of everything inside; the order between the two is not kept."""
        return " ".join([self.text, *(element.text for element in self.descendants())]).strip()

    def __str__(self) -> str:
        marks = "".join(f" {name}={self.get(name)!r}" for name in ("id", "name", "type") if self.get(name))
        return f"line {self.line}: <{self.tag}{marks}>"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("#page", {}, 0, None)
        self.at = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.getpos()[0], self.at)
        self.at.children.append(element)
        if tag not in VOID:
            self.at = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        opened = next((e for e in [self.at, *self.at.ancestors()] if e.tag == tag), None)
        if opened is not None and opened.parent is not None:
            self.at = opened.parent

    def handle_data(self, data: str) -> None:
        self.at.text += data


def parse(html: str) -> list[Element]:
    """Every element of a page or fragment, in the order of their start tags."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return list(reader.root.descendants())
