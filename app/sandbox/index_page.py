"""The page at `/`: what the sandbox is, and what it has seen lately.

What is here: one page and its style sheet, from strings. What is not: templates or any file from outside, so
that the sandbox stays one small thing. Everything that came in over the wire is escaped.
"""

import json
from collections.abc import Iterable, Mapping
from html import escape

MOST_SHOWN = 50
LONGEST_SHOWN = 2000

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sandbox platform</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/sandbox.css">
</head>
<body>
<main>
<h1>Sandbox platform</h1>
<p>This is the pretend outside world of the exchange portal. It answers over real HTTP as the systems that a
shop would have: {systems}. Nothing here is a real order, and nobody is charged or sent anything.</p>
<p>{requests} shown below, {orders} made. {faults} waiting.</p>
<ul>
<li><a href="/mailbox">/mailbox</a>: the mails that the portal has sent.</li>
<li><a href="/ledger">/ledger</a>: every request as JSON. DELETE it to start afresh.</li>
<li><a href="/faults">/faults</a>: POST a fault to make the next requests go wrong; DELETE to mend them.</li>
<li><a href="/settings">/settings</a>: POST extra tax, shipping or a credential; DELETE to go back.</li>
</ul>
<h2>Latest requests</h2>
{entries}
</main>
</body>
</html>
"""

ENTRY = """<article>
<h3>{method} {path}</h3>
<p><time datetime="{at}">{at}</time> · {system} · {outcome}</p>
<details><summary>Body and reply</summary>
<h4>Body</h4>
<pre tabindex="0">{body}</pre>
<h4>Reply</h4>
<pre tabindex="0">{reply}</pre>
</details>
</article>"""

STYLE = """:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.2; }
h2 { font-size: 1.25rem; margin-top: 2rem; }
h3 { font: 600 1rem/1.4 ui-monospace, monospace; margin: 0; overflow-wrap: anywhere; }
h4 { font-size: .875rem; margin: .75rem 0 .25rem; }
article { border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent); padding: .75rem 0; }
article p { margin: .25rem 0; }
summary { cursor: pointer; padding: .25rem 0; }
pre { margin: 0; padding: .75rem; overflow: auto; font: .875rem/1.45 ui-monospace, monospace;
  background: color-mix(in srgb, currentColor 7%, transparent); border-radius: .375rem; }
"""


def index_page(
    *,
    systems: Iterable[str],
    requests: list[dict[str, object]],
    orders: int,
    faults: int,
) -> str:
    """The whole page. `requests` are ledger entries, oldest first, and are shown newest first."""
    entries = "\n".join(_entry(request) for request in reversed(requests))
    return PAGE.format(
        systems=escape(", ".join(sorted(systems))),
        requests=_counted(len(requests), "request"),
        orders=_counted(orders, "order"),
        faults=_counted(faults, "fault"),
        entries=entries or "<p>Nothing has called yet.</p>",
    )


def _entry(request: Mapping[str, object]) -> str:
    return ENTRY.format(
        method=escape(str(request["method"])),
        path=escape(str(request["path"])),
        at=escape(str(request["at"])),
        system=escape(str(request["system"])),
        outcome=escape(_outcome(request)),
        body=escape(_shown(request["body"])),
        reply=escape(_shown(request["reply"])),
    )


def _outcome(request: Mapping[str, object]) -> str:
    words = "no answer" if request["status"] is None else f"answered {request['status']}"
    if request["replayed"]:
        words += ", the stored answer again"
    if request["fault"]:
        words += f", fault: {request['fault']}"
    return words


def _shown(value: object) -> str:
    if value is None:
        return "(none)"
    full = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
    whole = full.encode("utf-8", errors="replace").decode()
    if len(whole) <= LONGEST_SHOWN:
        return whole
    return f"{whole[:LONGEST_SHOWN]}… (cut here; /ledger has it all)"


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
