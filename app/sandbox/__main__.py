"""`python -m app.sandbox`: start the pretend outside world in the foreground.

What is here: the command line. What is not: the demo, which starts this beside the portal and knows the
ports.
"""

import argparse
import os
import sqlite3
import sys
from contextlib import nullcontext
from pathlib import Path

from app.sandbox.serving import NotLoopbackError, serve
from app.sandbox.smtp import receiving
from app.sandbox.wsgi import create_sandbox

DEFAULT_PORT = "8001"


def main(arguments: list[str] | None = None) -> int:
    """Serve until stopped. Returns 0 after a clean stop; exits with 2 when it cannot start as asked."""
    parser = _parser()
    wanted = parser.parse_args(arguments)
    try:
        app = create_sandbox(wanted.state)
    except (OSError, sqlite3.Error) as error:
        parser.error(f"the state file {wanted.state} cannot be used: {error}")
    try:
        with receiving(app.keep_mail, wanted.mail_port) if wanted.mail_port else nullcontext():
            serve(app, wanted.host, wanted.port)
    except (NotLoopbackError, OSError) as error:
        parser.error(str(error))
    finally:
        app.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app.sandbox", description="The pretend outside world.")
    parser.add_argument(
        "--port",
        type=_port,
        default=os.environ.get("SANDBOX_PORT", DEFAULT_PORT),
        help="port to listen on, 0 for a free one (default: SANDBOX_PORT, else %(default)s)",
    )
    parser.add_argument(
        "--mail-port", type=_port, default=0, help="port to take mail on, for /mailbox (default: none)"
    )
    parser.add_argument("--host", default="127.0.0.1", help="loopback address (default: %(default)s)")
    parser.add_argument("--state", type=Path, help="SQLite file that keeps requests and orders over restarts")
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port number")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
