"""The page rules find what they are there to find, and leave a good page alone."""

from __future__ import annotations

import pytest

from tests.pages.rules import assert_fragment, assert_page

GOOD = """<!DOCTYPE html>
<html lang="en" dir="ltr">
<head><title>Find your order</title>
<link rel="stylesheet" href="/static/evenly.css"><script src="/static/evenly.js" defer></script></head>
<body><main id="main"><h1>Find your order</h1>
<form method="post" action="/acme/"><input type="hidden" name="csrf_token" value="abc">
<label for="number">Order number</label><input id="number" name="number" aria-describedby="hint">
<p id="hint">For example #1001</p>
<label><input type="checkbox" name="line"> Parka</label>
<button data-hx-post="/acme/">Find my order</button></form>
<svg role="img"><title>Swatch</title></svg></main></body></html>"""


def test_a_good_page_passes() -> None:
    assert_page(GOOD)


def test_a_fragment_needs_no_heading() -> None:
    assert_fragment('<section id="choice"><p>Nothing to pay</p></section>')


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("<h1>Find your order</h1>", "<h2>Find your order</h2>", "0 h1 headings"),
        ("<h1>", "<h1>Hello</h1><h1>", "2 h1 headings"),
        ("<title>Find your order</title>", "<title></title>", "no title"),
        ('<html lang="en"', "<html", "no lang"),
        ('id="hint"', 'id="number"', "'number' is used 2 times"),
        ('id="hint"', 'id="hints"', "aria-describedby='hint', which is not on the page"),
        ('id="hint"', 'id=""', "empty id"),
        ('<label for="number">', '<label for="other">', "has no label"),
        ("Order number</label>", "</label>", "has no label"),
        (">Find my order<", ' onclick="go()">Find my order<', "inline onclick"),
        ("<h1>", '<h1 style="color: red">', "inline style attribute"),
        ("</head>", "<style>p {}</style></head>", "inline style sheet"),
        ("</head>", "<script>go()</script></head>", "inline script"),
        ("</h1>", '<a href=" JavaScript:go()">x</a></h1>', "script in href"),
        ('"/static/evenly.js"', '"https://cdn.example/x.js"', "loads https://cdn.example/x.js"),
        ('"/static/evenly.css"', '"//cdn.example/x.css"', "loads //cdn.example/x.css"),
        ('name="csrf_token"', 'name="token"', "0 CSRF tokens"),
        ('value="abc"', 'value=""', "CSRF tokens instead of one with a value"),
        ("data-hx-post", "hx-post", "write data-hx-post"),
    ],
)
def test_a_bad_page_is_named(old: str, new: str, problem: str) -> None:
    assert old in GOOD
    with pytest.raises(AssertionError, match="broken page rules") as failure:
        assert_page(GOOD.replace(old, new))
    assert problem in str(failure.value)
