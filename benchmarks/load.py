"""Load on one address of this machine: requests a second over 16 kept-alive connections.

By `wrk` where it is installed. Elsewhere by a small client of ours, whose own cost then weighs on both
sides of a comparison: ratios come out nearer to 1 and rates lower than they are.
"""

from __future__ import annotations

import http.client
import re
import shutil
import subprocess
import threading
import time
from urllib.parse import urlsplit

CONNECTIONS = 16


def rate_of(address: str, path: str, cookie: str, seconds: float) -> float:
    """Requests a second that were answered with 200. Raises RuntimeError for any other answer."""
    if urlsplit(address).hostname != "127.0.0.1":
        raise ValueError("load goes to this machine only")
    tool = shutil.which("wrk")
    if tool:
        return _by_wrk(tool, address + path, cookie, seconds)
    return _by_threads(address, path, cookie, seconds)


def _by_wrk(tool: str, url: str, cookie: str, seconds: float) -> float:
    command = [
        tool,
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{max(1, round(seconds))}s",
        "-H",
        f"Cookie: {cookie}",
        url,
    ]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"Requests/sec:\s+([0-9.]+)", text)
    if found is None or "Non-2xx" in text:
        raise RuntimeError(text)
    return float(found[1])


def _by_threads(address: str, path: str, cookie: str, seconds: float) -> float:
    counts = [0] * CONNECTIONS
    ends_at = time.monotonic() + seconds

    def ask(place: int) -> None:
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
        while time.monotonic() < ends_at:
            connection.request("GET", path, headers={"Cookie": cookie})
            answer = connection.getresponse()
            answer.read()
            if answer.status != http.client.OK:
                return
            counts[place] += 1
        connection.close()

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if not all(counts):
        raise RuntimeError(f"{address}{path} did not answer with 200")
    return sum(counts) / seconds
