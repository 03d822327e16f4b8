"""Which addresses a feed may live at: public ones, and loopback only where a setting allows it.

`ipaddress.is_global` differs between Python releases (192.0.0.8, 64:ff9b:1::/48 and 2002::/16 are
"global" on 3.11, fec0::/10 and multicast on all), so the table here is our own. IPv6 is closed by
default: only global unicast (2000::/3) is open, which leaves out mapped, translated (NAT64), local,
site-local and multicast forms; what lies inside it and is not the open internet is listed.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from bot.ingest.faults import AddressError

Address = IPv4Address | IPv6Address

# IANA's special-purpose registries: "this network", private, carrier-grade NAT, loopback, link-local,
# protocol assignments, documentation, AS112, 6to4 relays, benchmarks, multicast, reserved.
_CLOSED_V4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_OPEN_V6 = IPv6Network("2000::/3")
# Protocol assignments (Teredo and ORCHID among them), documentation, 6to4, AS112.
_CLOSED_V6 = tuple(
    IPv6Network(text)
    for text in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)
_LOOPBACK_V4 = IPv4Network("127.0.0.0/8")
_LOOPBACK_V6 = IPv6Address("::1")

MAX_HOST = 253
"""Longest host name (RFC 1035, without the final dot)."""


def check_address(address: Address, *, allow_loopback: bool = False) -> None:
    """Raises `AddressError` unless the address is public (or loopback, where that is allowed)."""
    if allow_loopback and _is_loopback(address):
        return
    if isinstance(address, IPv4Address):
        closed = any(address in network for network in _CLOSED_V4)
    else:
        closed = address not in _OPEN_V6 or any(address in network for network in _CLOSED_V6)
    if closed:
        hint = " (SAHELWATCH_ALLOW_LOOPBACK_FEEDS allows it)" if _is_loopback(address) else ""
        raise AddressError(f"{address} is not a public address{hint}")


def literal(host: str) -> Address | None:
    """The address a host spells out, None for a name.

    Raises `AddressError` for the other spellings of a number that resolvers take for an address
    (decimal, octal, hexadecimal, short, with a zone or a final dot): no honest feed uses them.
    """
    try:
        address = ip_address(host)
    except ValueError:
        address = None
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        raise AddressError(f"{host} names a network interface")
    if address is None:
        _check_name(host)
    return address


def _check_name(host: str) -> None:
    if not host or len(host) > MAX_HOST:
        raise AddressError("the host name is empty or too long")
    last = host.rstrip(".").rpartition(".")[2].lower()
    # WHATWG's "ends in a number" rule: such a host is an IPv4 address to browsers and resolvers.
    hexadecimal = last.startswith("0x") and all(c in "0123456789abcdef" for c in last[2:])
    if not last or (last.isascii() and last.isdigit()) or hexadecimal:
        raise AddressError(f"{host} is an unusual spelling of an address")
    if not all(c.isascii() and (c.isalnum() or c in "-._") for c in host):
        raise AddressError(f"{host!r} is not a host name")


def _is_loopback(address: Address) -> bool:
    return address in _LOOPBACK_V4 if isinstance(address, IPv4Address) else address == _LOOPBACK_V6
