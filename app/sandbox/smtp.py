"""A mail server that delivers nothing: what it is handed is kept for the mailbox page (a little of RFC 5321).

What is here: the conversation, over real SMTP and on this machine only. What is not: encryption, passwords,
and any mail that leaves.
"""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LARGEST_MAIL = 1024 * 1024
LONGEST_LINE = 4096
PATIENCE_SECONDS = 30
GREETING = "220 sandbox: mail goes no further than this machine"
GOES_ON = "354 go on, and end with a dot"
NO_SUCH = "502 nothing is known of that"

Keep = Callable[[str, list[str], bytes], None]


class Conversation(socketserver.StreamRequestHandler):
    """One connection. `server.keep` is given the envelope and the bytes of every mail."""

    timeout = PATIENCE_SECONDS
    server: "MailReceiver"

    def handle(self) -> None:
        self._sender, self._recipients = "", list[str]()
        self._say(GREETING)
        try:
            while line := self.rfile.readline(LONGEST_LINE):
                command, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
                if command.upper() == "QUIT":
                    return self._say("221 bye")
                self._say(self._answer(command.upper(), rest))
        except OSError:
            return None  # whoever called has gone, or says nothing any more

    def _answer(self, command: str, rest: str) -> str:
        if command in ("EHLO", "HELO"):
            return "250 sandbox"
        if command == "MAIL":
            self._sender, self._recipients = _address(rest), []
            return "250 ok"
        if command == "RCPT":
            self._recipients.append(_address(rest))
            return "250 ok"
        if command == "DATA":
            return self._data() if self._recipients else "503 to whom?"
        return "250 ok" if command in ("NOOP", "RSET") else NO_SUCH

    def _data(self) -> str:
        self._say(GOES_ON)
        lines, size = [], 0
        while (line := self.rfile.readline(LONGEST_LINE)) and line not in (b".\r\n", b".\n"):
            size += len(line)
            if size <= LARGEST_MAIL:
                lines.append(line.removeprefix(b"."))
        if not line:
            return "451 the end is missing"
        if size > LARGEST_MAIL:
            return "552 too large"
        self.server.keep(self._sender, self._recipients, b"".join(lines))
        return "250 kept for the mailbox page"

    def _say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")


class MailReceiver(socketserver.ThreadingTCPServer):
    """Listens from the moment it is made; 0 picks a free port."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, keep: Keep, port: int) -> None:
        self.keep = keep
        super().__init__(("127.0.0.1", port), Conversation)

    @property
    def port(self) -> int:
        return int(self.server_address[1])


@contextmanager
def receiving(keep: Keep, port: int) -> Iterator[MailReceiver]:
    """Take mail for the length of a `with` block. Raises OSError when the port cannot be had."""
    with MailReceiver(keep, port) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def _address(rest: str) -> str:
    """The address of `FROM:<a@b.example> SIZE=1`."""
    return rest.partition("<")[2].partition(">")[0]
