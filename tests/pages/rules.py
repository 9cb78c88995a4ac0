"""House rules that every page and every fragment keeps, checked on its HTML text.

`assert_page` and `assert_fragment` are what tests call; they name every broken rule at once.
What the Nu HTML checker and axe find is not repeated here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from tests.pages.markup import Element, parse

Elements = list[Element]
Rule = Callable[[Elements], Iterable[str]]

UNLABELLED = frozenset(["hidden", "submit", "button", "image", "reset"])
REFERENCES = (
    "for",
    "aria-describedby",
    "aria-labelledby",
    "aria-controls",
    "aria-errormessage",
    "list",
    "form",
)
SCRIPTED = ("href", "src", "action", "formaction")


def one_h1(elements: Elements) -> Iterator[str]:
    """One heading says what the page is."""
    count = sum(element.tag == "h1" for element in elements)
    if count != 1:
        yield f"{count} h1 headings instead of one"


def title_and_language(elements: Elements) -> Iterator[str]:
    """A title in the head and a language and direction on the page."""
    titles = [e for e in elements if e.tag == "title" and any(a.tag == "head" for a in e.ancestors())]
    if len(titles) != 1 or not titles[0].all_text():
        yield "no title"
    root = next((e for e in elements if e.tag == "html"), None)
    if root is None or not root.get("lang"):
        yield "no lang on <html>"


def unique_ids(elements: Elements) -> Iterator[str]:
    """An id stands for one element."""
    counts = Counter(element.get("id") for element in elements if element.get("id") is not None)
    yield from (f"id {name!r} is used {count} times" for name, count in counts.items() if count > 1)
    yield from (f"{element} has an empty id" for element in elements if element.get("id") == "")


def references_exist(elements: Elements) -> Iterator[str]:
    """What a label, description or control points at is on the page."""
    ids = {element.get("id") for element in elements}
    for element in elements:
        for attribute in REFERENCES:
            for name in (element.get(attribute) or "").split():
                if name not in ids:
                    yield f"{element} has {attribute}={name!r}, which is not on the page"


def labelled_controls(elements: Elements) -> Iterator[str]:
    """A label for every control: by `for`, around it, or by ARIA."""
    labels = [element for element in elements if element.tag == "label"]
    named = {label.get("for") for label in labels if label.all_text()}
    for element in elements:
        if element.tag not in ("input", "select", "textarea") or element.get("type") in UNLABELLED:
            continue
        around = any(above.tag == "label" and above.all_text() for above in element.ancestors())
        by_aria = element.get("aria-label") or element.get("aria-labelledby")
        if not (around or by_aria or (element.get("id") and element.get("id") in named)):
            yield f"{element} has no label"


def nothing_inline(elements: Elements) -> Iterator[str]:
    """No script or style in the page: the content security policy refuses them."""
    for element in elements:
        if element.tag == "script" and not element.get("src"):
            yield f"{element} is an inline script"
        if element.tag == "style":
            yield f"{element} is an inline style sheet"
        for name, value in element.attributes.items():
            if name == "style" or name.startswith("on"):
                yield f"{element} has an inline {name} attribute"
            if name in SCRIPTED and value.strip().lower().startswith("javascript:"):
                yield f"{element} has a script in {name}"


def own_scripts_and_styles(elements: Elements) -> Iterator[str]:
    """Scripts and style sheets come from our own host."""
    for element in elements:
        loads_style = element.tag == "link" and "stylesheet" in (element.get("rel") or "")
        address = element.get("src") if element.tag == "script" else element.get("href")
        if (element.tag == "script" or loads_style) and address and not _is_own_path(address):
            yield f"{element} loads {address}"


def csrf_in_post_forms(elements: Elements) -> Iterator[str]:
    """Every form that changes something carries a token."""
    for form in elements:
        if form.tag != "form" or (form.get("method") or "get").lower() != "post":
            continue
        tokens = [e for e in form.descendants() if e.tag == "input" and e.get("name") == "csrf_token"]
        if len(tokens) != 1 or not tokens[0].get("value"):
            yield f"{form} has {len(tokens)} CSRF tokens instead of one with a value"


def prefixed_htmx(elements: Elements) -> Iterator[str]:
    """htmx attributes are written `data-hx-…`, on something that works without htmx too."""
    for element in elements:
        for name in element.attributes:
            if name.startswith("hx-"):
                yield f"{element} has {name}: write data-{name}"


EVERYWHERE: tuple[Rule, ...] = (
    unique_ids,
    labelled_controls,
    nothing_inline,
    own_scripts_and_styles,
    csrf_in_post_forms,
    prefixed_htmx,
)
WHOLE_PAGE: tuple[Rule, ...] = (one_h1, title_and_language, references_exist)


def broken_rules(html: str, rules: Iterable[Rule]) -> list[str]:
    """One line for each thing that is wrong, empty when all is well."""
    elements = parse(html)
    return [problem for rule in rules for problem in rule(elements)]


def assert_page(html: str) -> None:
    """Fail unless a whole page keeps every rule."""
    _fail_on(broken_rules(html, (*WHOLE_PAGE, *EVERYWHERE)))


def assert_fragment(html: str) -> None:
    """Fail unless a piece of a page keeps the rules that make sense without the rest."""
    _fail_on(broken_rules(html, EVERYWHERE))


def _is_own_path(address: str) -> bool:
    return address.startswith("/") and not address.startswith("//")


def _fail_on(problems: list[str]) -> None:
    if problems:
        raise AssertionError("broken page rules:\n  " + "\n  ".join(problems))
