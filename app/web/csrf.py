"""No other site may make a browser act here: a token in each form, and where the request came from.

The doors for programs (`BEARER_ONLY`) are left out: they read no cookie, so a browser cannot be made to
act there in somebody's name.

The token is bound to the browser's id (`app.web.sessions`) and lives as long as that id, so a form
left open overnight can still be sent. Being sent by htmx is never taken as proof of anything.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Request, request
from flask_wtf.csrf import CSRFError, CSRFProtect

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
OWN_SITES = frozenset({"same-origin", "none"})  # "none": the person's own doing, such as a reload

BEARER_ONLY = frozenset({"api", "hooks"})  # blueprints

protection = CSRFProtect()


def register(app: Flask) -> None:
    """Check every request that may change something. There are no exempt pages."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    # Our own check below takes the place of Flask-WTF's, which refuses browsers that send no Referer.
    app.config["WTF_CSRF_SSL_STRICT"] = False

    @app.before_request
    def _refuse_other_sites() -> None:
        if not request.endpoint or request.blueprint in BEARER_ONLY:
            return
        if request.method not in SAFE_METHODS and not comes_from_us(request):
            raise CSRFError("This request came from another site.")
        protection.protect()

    protection.init_app(app)


def comes_from_us(request: Request) -> bool:
    """What the browser says of the page that sent this request.

    All that is said must agree. A browser that says nothing at all is believed on loopback HTTP
    only; the token is asked for in any case.
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    referrer = request.headers.get("Referer")
    if site is not None and site not in OWN_SITES:
        return False
    if origin is not None:
        return _same(origin, request)
    if site is not None:
        return True
    if referrer is not None:
        return _same(referrer, request)
    return not request.is_secure


def _same(address: str, request: Request) -> bool:
    """Whether an address has the scheme, host and port of this request; "null" has none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return (parts.scheme, parts.netloc.lower()) == (request.scheme, request.host.lower())
