"""Routes that tests compile once: every map still builds its own addresses."""

from __future__ import annotations

from werkzeug.routing import Map, Rule


def test_maps_with_the_same_text_build_each_their_own() -> None:
    one = Map([Rule("/<int:number>/of/<name>", endpoint="one")]).bind("shop.example")
    other = Map([Rule("/<int:number>/of/<name>", endpoint="other")]).bind("desk.example")
    assert one.build("one", {"number": 1, "name": "a b", "page": 2}) == "/1/of/a%20b?page=2"
    assert other.build("other", {"number": 7, "name": "x"}) == "/7/of/x"


def test_what_is_given_in_the_rule_stays_apart() -> None:
    maps = [Map([Rule("/<name>", endpoint="it", defaults={"name": name})]) for name in ("a", "b")]
    assert [
        each.bind("shop.example").build("it", {"name": name}) for each, name in zip(maps, "ab", strict=True)
    ] == [
        "/a",
        "/b",
    ]
