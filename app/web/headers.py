"""Headers that every answer carries, errors and fragments included.

The content security policy needs no nonce, as no page has a script or style of its own. Pictures may
come from the hosts that a store lists. `Referrer-Policy` is `same-origin`, because under
`no-referrer` browsers post forms with `Origin: null`, which no CSRF check can tell from an attack.
"""

from __future__ import annotations

from flask import Flask, Response, g, request

from app.web.static_files import FOREVER, fingerprint, is_current

FIXED = {
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "X-Robots-Tag": "noindex, nofollow",
}
TRANSPORT = "max-age=31536000; includeSubDomains"
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}

OWN_CACHING = frozenset({"brand_stylesheet", "sheet"})


def register(app: Flask) -> None:
    """Add the headers. Called first, so that nothing added later goes out without them."""
    app.after_request(_complete)


def content_security_policy(image_hosts: tuple[str, ...] = (), form_targets: tuple[str, ...] = ()) -> str:
    """The policy of a page of a store with these picture hosts. `form_targets` are the origins that a form
    of this very page may lead to, beside our own: where the shopper pays.
    """
    sources = POLICY | {
        "img-src": " ".join((POLICY["img-src"], *image_hosts)),
        "form-action": " ".join((POLICY["form-action"], *form_targets)),
    }
    return "; ".join(f"{name} {value}" for name, value in sources.items())


def _complete(response: Response) -> Response:
    headers = response.headers
    headers.update(FIXED)
    store = g.get("store")
    hosts = store.image_hosts if store else ()
    headers["Content-Security-Policy"] = content_security_policy(hosts, g.pop("form_targets", ()))
    if request.is_secure:
        headers["Strict-Transport-Security"] = TRANSPORT
    if request.endpoint == "static" and response.status_code in (200, 206, 304):
        filename = (request.view_args or {}).get("filename", "")
        headers["Cache-Control"] = FOREVER if is_current(fingerprint(filename)) else "no-cache"
    elif request.endpoint not in OWN_CACHING or "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
    return response
