"""A tab without a screen and without JavaScript: it reads the page's forms and sends them as a browser does.

Every answer it gets is handed to `seen`, so that a test can judge each page on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.pages.markup import Element, parse

Seen = Callable[[TestResponse], None]
Fields = list[tuple[str, str]]
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


class FormTab:
    """One shopper's browser with one tab. Redirects are followed."""

    def __init__(self, app: Flask, seen: Seen | None = None, base_url: str = "http://127.0.0.1") -> None:
        self._client = app.test_client()
        self._seen = seen or (lambda _answer: None)
        self._base_url = base_url
        self._page: list[Element] = []
        self.path = ""
        self.html = ""
        self.status = 0
        self.token = ""  # of the last form that was shown

    def open(self, path: str) -> None:
        self._take(self._client.get(path, base_url=self._base_url, follow_redirects=True))

    def send(self, path: str, fields: Mapping[str, str]) -> None:
        """Post these fields by hand, with the last form token unless there is one among them."""
        self._take(self._post(path, [*({"csrf_token": self.token} | dict(fields)).items()]))

    def fill(self, label: str, text: str) -> None:
        self._control(label).attributes["value"] = text

    def value(self, label: str) -> str:
        """What stands in a text field."""
        return self._control(label).get("value") or ""

    def tick(self, label: str) -> None:
        control = self._control(label)
        assert control.get("type") == "checkbox", f"{control} is no checkbox"
        control.attributes["checked"] = ""

    def pick(self, group: str, label: str) -> None:
        frames = [e for e in self._page if e.tag == "fieldset"]
        frame = self._one([frame for frame in frames if _begins(_legend(frame), group)], group)
        radios = [e for e in frame.descendants() if e.get("type") == "radio"]
        picked = self._one([radio for radio in radios if _begins(self._label(radio), label)], label)
        assert picked.get("disabled") is None, f"{picked} cannot be picked"
        for radio in radios:
            if radio.get("name") == picked.get("name"):
                radio.attributes.pop("checked", None)
        picked.attributes["checked"] = ""

    def select(self, label: str, option: str) -> None:
        options = [e for e in self._control(label).descendants() if e.tag == "option"]
        chosen = self._one([e for e in options if e.text.strip() == option], option)
        for entry in options:
            entry.attributes.pop("selected", None)
        chosen.attributes["selected"] = ""

    def press(self, button: str) -> None:
        form, fields = self._form_of(button)
        to = form.get("action") or self.path
        self._take(self._post(to, fields) if form.get("method") == "post" else self._get(to, fields))

    def update(self) -> None:
        self.press("Update choice")

    def partial(self, button: str) -> str:
        """What htmx would get for this form. The tab stays where it is."""
        form, fields = self._form_of(button)
        answer = self._post(form.get("action") or self.path, fields, PARTIAL)
        self._seen(answer)
        return answer.text

    def partial_of(self, path: str) -> str:
        """What htmx would get from this address. The tab stays where it is."""
        answer = self._client.get(path, headers=PARTIAL, base_url=self._base_url)
        self._seen(answer)
        return answer.text

    def follow(self, link: str) -> None:
        links = [e for e in self._page if e.tag == "a" and _begins(e.all_text(), link)]
        self.open(self._one(links, link).get("href") or "")

    def _form_of(self, button: str) -> tuple[Element, Fields]:
        buttons = [e for e in self._page if e.tag == "button" and _begins(e.all_text(), button)]
        pressed = self._one(buttons, button)
        form = next(above for above in pressed.ancestors() if above.tag == "form")
        fields = list(_successful(form.descendants()))
        if pressed.get("name"):
            fields.append((pressed.get("name") or "", pressed.get("value") or ""))
        return form, fields

    def _get(self, path: str, fields: Fields) -> TestResponse:
        return self._client.get(
            path, query_string=MultiDict(fields), base_url=self._base_url, follow_redirects=True
        )

    def _post(self, path: str, fields: Fields, headers: Mapping[str, str] | None = None) -> TestResponse:
        return self._client.post(
            path,
            data=MultiDict(fields),
            headers=dict(headers or {}),
            base_url=self._base_url,
            follow_redirects=True,
        )

    def _take(self, answer: TestResponse) -> None:
        self._seen(answer)
        self.status, self.path, self.html = answer.status_code, answer.request.path, answer.text
        self._page = parse(self.html)
        tokens = [e.get("value") or "" for e in self._page if e.get("name") == "csrf_token"]
        self.token = tokens[0] if tokens else self.token

    def _control(self, label: str) -> Element:
        controls = [e for e in self._page if e.tag in ("input", "select", "textarea")]
        return self._one([e for e in controls if _begins(self._label(e), label)], label)

    def _label(self, control: Element) -> str:
        own = [e for e in self._page if e.tag == "label" and e.get("for") == control.get("id") is not None]
        return own[0].all_text() if own else ""

    def _one(self, found: list[Element], words: str) -> Element:
        assert len(found) == 1, f"{len(found)} things called {words!r} on {self.path} ({self.status})"
        return found[0]


def _begins(text: str, words: str) -> bool:
    """Whether these are the first words of the text; "L" are not those of "Large"."""
    plain = " ".join(text.split())
    return plain.startswith(words) and not plain[len(words) : len(words) + 1].isalnum()


def _legend(fieldset: Element) -> str:
    return next((child.all_text() for child in fieldset.children if child.tag == "legend"), "")


def _successful(elements: Iterable[Element]) -> Iterable[tuple[str, str]]:
    """What a browser would send of a form, but for the button."""
    for element in elements:
        name = element.get("name")
        if not name or element.get("disabled") is not None:
            continue
        if element.tag == "select":
            options = [e for e in element.descendants() if e.tag == "option"]
            chosen = next((e for e in options if e.get("selected") is not None), options[0])
            yield name, chosen.get("value") or ""
        elif element.tag == "textarea":
            yield name, element.attributes.get("value", element.text.strip())
        elif element.tag == "input" and _is_sent(element):
            yield name, element.get("value") or ""


def _is_sent(control: Element) -> bool:
    return control.get("type") not in ("radio", "checkbox") or control.get("checked") is not None
