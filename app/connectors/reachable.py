"""Which addresses a connector may reach: public ones over TLS, and this machine where that is allowed.

What Python calls global still holds ranges that lead elsewhere: tunnels that carry an address of IPv4
inside one of IPv6, and ranges given a purpose after this Python was made.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

HTTPS_PORTS = frozenset({443, 4443, 8443, 9443})

NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: where only IPv6 is at hand, a host of IPv4 looks like this
UNICAST = IPv6Network("2000::/3")  # RFC 4291 2.4: all that is given out so far
NOT_PUBLIC = (
    IPv4Network("192.88.99.0/24"),  # RFC 7526: relays of 6to4
    IPv6Network("2001::/32"),  # RFC 4380: Teredo
    IPv6Network("2002::/16"),  # RFC 3056: 6to4
    IPv6Network("3fff::/20"),  # RFC 9637: documentation
)


def is_allowed(address: str, *, loopback: bool, plain: bool) -> bool:
    """Whether connectors may call this IP address.

    Only public addresses; this machine where `loopback` permits it. Unencrypted (`plain`) calls
    may go to this machine alone. Raises ValueError where it is no address.
    """
    ip = _unpacked(address)
    if ip.is_loopback:
        return loopback
    return not plain and _is_public(ip)


def is_allowed_port(address: str, port: int) -> bool:
    """Whether web servers answer over TLS at this port; on this machine any will do."""
    return _unpacked(address).is_loopback or port in HTTPS_PORTS


def _unpacked(address: str) -> IPv4Address | IPv6Address:
    """The address itself, without its zone; one of IPv4 that is written as IPv6 as what it is."""
    ip = ip_address(address.partition("%")[0])
    return (isinstance(ip, IPv6Address) and ip.ipv4_mapped) or ip


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    if ip in NAT64:
        inner = IPv4Address(int(ip) & 0xFFFF_FFFF)
        return not inner.is_loopback and _is_public(inner)
    if isinstance(ip, IPv6Address) and ip not in UNICAST:
        return False
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in NOT_PUBLIC)
