"""Which store a page belongs to: read from the address, and in scope for the whole request.

Views get no `store_slug`: it is taken out of the address here, `g.store` holds the store as the
pages show it, and every query of the request is narrowed to it. An unknown store is a page that does
not exist. Also here: the front of the whole deployment and each store's brand style sheet.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, abort, current_app, g, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.models import Store, db
from app.queries.stores import only_store_slug, store_with
from app.services.return_labels import is_label_template
from app.services.stores import HOST, WEB_ADDRESS
from app.web.colours import brand_palette
from app.web.static_files import FOREVER, is_current, static_url


@dataclass(frozen=True)
class StorePage:
    """A store as its pages show it; safe to keep for a request, as it is no row of the database."""

    id: int
    slug: str
    name: str
    logo_url: str | None
    help_url: str | None
    label_url: str | None
    support_email: str | None
    lang: str
    dir: str
    front_url: str
    brand_url: str
    policy_line: str
    currency: str
    locale: str
    time_zone: str
    accent: str | None
    image_hosts: tuple[str, ...]


def register(app: Flask) -> None:
    """Attach the scope, the `store` of the templates and the two routes that belong to no screen."""
    app.url_value_preprocessor(_enter_store)
    app.url_defaults(_same_store)
    app.teardown_request(_leave_store)
    app.context_processor(_template_values)
    app.add_url_rule("/", "front", front)
    app.add_url_rule("/<store_slug>/brand.css", "brand_stylesheet", brand_stylesheet)


def front() -> AnyResponse:
    """The front of the deployment. Stores are not listed: who shops where is nobody's business."""
    slug = only_store_slug()
    if slug is not None:
        return redirect(url_for("shopper.front", store_slug=slug))
    return make_response(render_template("front.html"))


def brand_stylesheet() -> Response:
    """The store's accent in all its roles; empty for a store that chose none."""
    palette = brand_palette(g.store.accent) if g.store.accent else None
    text = render_template("shopper/brand.css.jinja", palette=palette) if palette else ""
    answer = Response(text, mimetype="text/css")
    answer.headers["Cache-Control"] = FOREVER if is_current(_version(g.store.accent)) else "no-cache"
    return answer


def page_of(store: Store) -> StorePage:
    """What the pages show of this row. What its branding holds is checked once more on the way out."""
    branding = store.branding or {}
    hosts = tuple(host for host in store.image_hosts or () if HOST.fullmatch(host))
    accent = _accent(branding)
    days = store.policy.window_days
    return StorePage(
        id=store.id,
        slug=store.slug,
        name=store.name,
        logo_url=_logo_url(branding, hosts),
        help_url=_web_address(branding.get("help_url")),
        label_url=_label_template(branding.get("label_url")),
        support_email=branding.get("support_email") or None,
        lang="en",  # the language of the words on the page: English, until there are translations
        dir="ltr",
        front_url=url_for("shopper.front", store_slug=store.slug),
        brand_url=url_for("brand_stylesheet", store_slug=store.slug, v=_version(accent)),
        policy_line=f"Free exchanges within {days} {'day' if days == 1 else 'days'} of delivery",
        currency=store.currency,
        locale=store.locale,
        time_zone=store.time_zone,
        accent=accent,
        image_hosts=hosts,
    )


def _enter_store(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if not values or "store_slug" not in values:
        return
    store = store_with(values.pop("store_slug"))
    if store is None:
        abort(404)
    enter(store)


def enter(store: Store) -> None:
    """From here on the request is about this store."""
    db.session().info["store_id"] = store.id
    g.store = page_of(store)
    g.store_row = store  # held, so that use cases of this request find it in the session again


def hold_on() -> None:
    """Have the store's row found in the session again, after a use case of its own let go of every row."""
    db.session.add(g.store_row)


def _leave_store(_problem: BaseException | None) -> None:
    """Nothing of this request's store may reach the next one, even on a shared context."""
    g.pop("store", None)
    g.pop("store_row", None)
    g.pop("may_leave", None)
    g.pop("acting", None)
    db.session().info.pop("store_id", None)


def _same_store(endpoint: str, values: dict[str, Any]) -> None:
    """Addresses within a store's pages stay in that store."""
    if "store" in g and current_app.url_map.is_endpoint_expecting(endpoint, "store_slug"):
        values.setdefault("store_slug", g.store.slug)


def _template_values() -> dict[str, Any]:
    leave_url = url_for("shopper.leave") if "store" in g and g.get("may_leave") else None
    return {"store": g.get("store"), "leave_url": leave_url, "acting": g.get("acting")}


def _accent(branding: dict[str, Any]) -> str | None:
    try:
        return brand_palette(str(branding["accent"])).accent
    except (KeyError, ValueError):
        return None


def _logo_url(branding: dict[str, Any], hosts: tuple[str, ...]) -> str | None:
    """Our own file, or one of a host whose pictures the store allows."""
    logo = str(branding.get("logo_url") or "")
    if logo.startswith("/static/") and ".." not in logo:
        return static_url(logo.removeprefix("/static/"))
    match = re.fullmatch(r"https?://([^/?#@\s]+)/[^\s\"'<>]*", logo)
    return logo if match and match[1].lower() in hosts else None


def _web_address(text: Any) -> str | None:
    return text if isinstance(text, str) and WEB_ADDRESS.fullmatch(text) else None


def _label_template(text: Any) -> str | None:
    return text if is_label_template(text) else None


def _version(accent: str | None) -> str:
    return hashlib.sha256((accent or "").encode()).hexdigest()[:12]
