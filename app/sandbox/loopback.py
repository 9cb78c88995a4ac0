"""Which hosts are this machine and nothing else: the sandbox neither listens nor calls anywhere beyond."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Whether the host is reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
