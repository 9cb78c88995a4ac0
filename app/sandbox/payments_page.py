"""The pages of the pretend card provider as a shopper sees them, from strings, without a script.

What is here: how they look and what they say. What is not: what a card comes to (`payments_visits.py`).
Everything that a shop sent is escaped.
"""

from collections.abc import Mapping
from html import escape
from typing import Any

from app.sandbox.payments_body import decimals

SHELL = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/pay/style.css">
</head>
<body>
<header><p><strong>Sandbox payments</strong> <span>Nobody is really charged</span></p></header>
<main>
{content}
</main>
</body>
</html>
"""

SUMMARY = """<dl>
<div><dt>To pay</dt><dd><data value="{amount}">{shown}</data></dd></div>
<div><dt>For</dt><dd>{description}</dd></div>
<div><dt>Order</dt><dd>{order}</dd></div>
<div><dt>On the statement</dt><dd>{statement}</dd></div>
</dl>"""

PAY = """<h1>Pay {shown}</h1>
{error}
{summary}
<form method="post" action="/pay/{page}">
<label for="card">Card number</label>
<input id="card" name="card" inputmode="numeric" autocomplete="off" maxlength="23" required{invalid}>
<p class="hint" id="hint">One of the numbers below. Never type in a card that is real.</p>
<button>Pay {shown}</button>
</form>
<p><a href="{back}">Back to the shop without paying</a></p>
<h2>Cards to try</h2>
<table>
<thead><tr><th scope="col">Number</th><th scope="col">What happens</th></tr></thead>
<tbody>
{cards}
</tbody>
</table>"""

CHALLENGE = """<h1>Your bank asks: is this you?</h1>
<p>Somebody wants to pay {shown} with your card. Nothing is reserved until you say yes.</p>
{summary}
<form method="post" action="/pay/{page}/challenge" class="choices">
<button name="answer" value="yes">Yes, it is me</button>
<button name="answer" value="no" class="second">No, refuse it</button>
</form>"""

OVER = """<h1>{heading}</h1>
<p>{sentence}</p>
<p><a href="{url}">Go to the shop</a></p>"""

ERROR = """<div class="error" role="alert" id="error"><p><strong>{heading}</strong></p>
<p>{sentence}</p></div>"""

STYLE = """:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif;
  --line: #0002; --soft: #f3f5f8; --ink: #16202e; --paper: #fff; --act: #1c4fd8; --on-act: #fff;
  --bad: #a3161b; --quiet: #4d5869; }
@media (prefers-color-scheme: dark) {
  :root { --line: #fff3; --soft: #10151d; --ink: #eef2f8; --paper: #19212d; --act: #9dbbff;
    --on-act: #0b1733; --bad: #ffaaa5; --quiet: #b0bbca; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--soft); color: var(--ink); }
header, main { width: min(30rem, 100% - 2rem); margin-inline: auto; padding: 1rem; }
header p { display: flex; flex-wrap: wrap; gap: .25rem 1rem; justify-content: space-between;
  margin: .5rem 0; }
header span, dt, .hint { color: var(--quiet); }
main { background: var(--paper); border: 1px solid var(--line); border-radius: 1rem;
  padding: clamp(1rem, 5vw, 1.5rem); margin-block-end: 3rem; box-shadow: 0 .5rem 2rem #0001; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 1rem; text-wrap: balance; }
h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
dl { margin: 0 0 1.5rem; border-block: 1px solid var(--line); }
dl div { display: flex; gap: 1rem; justify-content: space-between; padding: .5rem 0; }
dd { margin: 0; text-align: end; overflow-wrap: anywhere; font-weight: 600; }
label { display: block; font-weight: 600; }
input { width: 100%; min-height: 3rem; margin-top: .25rem; padding: .5rem .75rem;
  font: 1.15rem/1 ui-monospace, monospace; letter-spacing: .05em; color: inherit;
  background: var(--paper); border: 1px solid var(--quiet); border-radius: .5rem; }
input[aria-invalid] { border: 2px solid var(--bad); }
.hint { margin: .25rem 0 1rem; font-size: .9rem; }
button { width: 100%; min-height: 3rem; padding: .5rem 1rem; cursor: pointer;
  font: 600 1.05rem/1.2 system-ui, sans-serif; color: var(--on-act); background: var(--act);
  border: 2px solid var(--act); border-radius: .5rem; }
button.second { color: var(--act); background: transparent; }
.choices { display: grid; gap: .75rem; }
:focus-visible { outline: 3px solid var(--act); outline-offset: 2px; }
a { color: var(--act); }
table { width: 100%; border-collapse: collapse; font-size: .9rem; }
th, td { text-align: start; padding: .4rem .75rem .4rem 0; border-top: 1px solid var(--line);
  vertical-align: top; }
tbody th { font: 600 .9rem/1.5 ui-monospace, monospace; white-space: nowrap; }
.error { border-inline-start: 4px solid var(--bad); padding: .25rem 1rem; margin-bottom: 1.5rem; }
.error strong { color: var(--bad); }
.error p { margin: .25rem 0; }
"""

Page = Mapping[str, Any]


def pay_page(page: Page, cards: Mapping[str, str], error: tuple[str, str] | None = None) -> str:
    """Where the card number is typed in; with `error`, a heading and a sentence on what went wrong."""
    rows = "\n".join(
        f'<tr><th scope="row">{number}</th><td>{escape(what)}</td></tr>' for number, what in cards.items()
    )
    told = ERROR.format(heading=escape(error[0]), sentence=escape(error[1])) if error else ""
    content = PAY.format(
        error=told,
        summary=_summary(page),
        cards=rows,
        back=escape(page["back_url"]),
        invalid=' aria-invalid="true" aria-describedby="error hint"' if error else ' aria-describedby="hint"',
        **_plain(page),
    )
    return _whole("Sandbox payments: pay", content)


def challenge_page(page: Page) -> str:
    """Where the shopper's bank asks whether it is them."""
    return _whole("Your bank asks", CHALLENGE.format(summary=_summary(page), **_plain(page)))


def over_page(page: Page) -> str:
    """A page on which nothing more can be done, and the way back."""
    paid = bool(page["authorised"])
    heading = "This is paid" if paid else "This payment page has ended"
    sentence = (
        "There is nothing more to do here." if paid else "Nothing was charged. Start again from the shop."
    )
    url = escape(page["return_url"] if paid else page["back_url"])
    return _whole(heading, OVER.format(heading=heading, sentence=sentence, url=url))


def shown(amount: int, currency: str) -> str:
    """Minor units as people write them, with the currency's code: USD 10.50."""
    digits = decimals(currency)
    whole, part = divmod(amount, 10**digits)
    return f"{currency} {whole:,}" + (f".{part:0{digits}}" if digits else "")


def _plain(page: Page) -> dict[str, str]:
    return {
        "page": escape(page["page"]),
        "shown": escape(shown(page["amount"], page["currency"])),
    }


def _summary(page: Page) -> str:
    names = ("amount", "description", "order", "statement")
    told = {name: escape(str(page[name])) for name in names}
    return SUMMARY.format(shown=escape(shown(page["amount"], page["currency"])), **told)


def _whole(title: str, content: str) -> str:
    return SHELL.format(title=escape(title), content=content)
