"""One entry of the operator's list of hosts, and what an address is however it is written."""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass

from minutes.errors import InputError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_METADATA = frozenset(map(ipaddress.ip_address, ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254")))
"""Where clouds hand out keys to whoever asks from inside; the common 169.254.169.254 is link-local anyway."""
_BROADCAST = ipaddress.IPv4Address("255.255.255.255")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True)
class AllowedHost:
    """``*.example.lg.jp``, ``dav.example.lg.jp``, ``10.1.2.3`` or ``10.1.0.0/16``, for one port or for all."""

    name: str | None
    """In lower case and ASCII; begins with a point where everything below it is meant."""
    network: Network | None
    port: int | None

    def names(self, host: str, port: int) -> bool:
        if self.name is None or self.port not in (None, port):
            return False
        return host.endswith(self.name) if self.name.startswith(".") else host == self.name

    def holds(self, address: Address, port: int) -> bool:
        return self.network is not None and self.port in (None, port) and address in self.network

    def means(self, address: Address, port: int) -> bool:
        """Whether the entry is about this very address, or about nothing but this machine itself."""
        if not self.holds(address, port):
            return self.name == "localhost" and self.names("localhost", port) and address.is_loopback
        assert self.network is not None
        return self.network.num_addresses == 1 or (address.is_loopback and self.network.is_loopback)


def read_allowed(entry: str, *, where: str) -> AllowedHost:
    """Raises InputError for what is no name, address or network."""
    host, port = _parted(entry.strip())
    try:
        if port is not None and not 0 < int(port) < 65536:
            raise ValueError
        return _allowed(host, None if port is None else int(port))
    except ValueError:
        raise InputError(
            f"「{entry[:80]}」は、接続してよい相手の書き方ではありません。",
            where=where,
            remedy="dav.example.lg.jp、*.example.lg.jp、10.1.2.3、10.1.0.0/16 のように書いてください"
            "（ポートを限るときは :443 を続けます。IPv6 は [fd00::1]:443 とします）。",
        ) from None


def _allowed(host: str, port: int | None) -> AllowedHost:
    try:
        return AllowedHost(None, ipaddress.ip_network(host), port)
    except ValueError:
        below = host.startswith("*.")
        name = plain_name(host.removeprefix("*."))
        if address_of(name) is not None:
            raise
        return AllowedHost(f".{name}" if below else name, None, port)


def plain_name(host: str) -> str:
    """The one spelling of a host: lower case, ASCII (IDN as ``xn--``), without the point of the root.

    Raises ValueError for what is neither a name nor an address: among others the many ways to write an address as
    other numbers, which the resolver would take (``0x7f.1``, ``2130706433``).
    """
    plain = host if host.isascii() else host.encode("idna").decode("ascii")
    plain = plain.lower().removesuffix(".")
    if address_of(plain) is not None:
        return plain
    if len(plain) > 253 or not _NAME.fullmatch(plain) or _NUMBER.fullmatch(plain.rpartition(".")[2]):
        raise ValueError(host)
    return plain


def address_of(host: str) -> Address | None:
    """The address that ``host`` writes out in the usual way; None for a name."""
    try:
        address = ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return None
    return None if isinstance(address, ipaddress.IPv6Address) and address.scope_id else real(address)


def real(address: Address) -> Address:
    """The IPv4 address that the system itself makes of a mapped IPv6 one, else the address."""
    return getattr(address, "ipv4_mapped", None) or address


def special(address: Address) -> bool:
    """Whether no file server has it: this machine, one wire, many at once, a cloud's own; in any wrapping.

    Such an address is reached only where the operator names the very address.
    """
    return any(
        each.is_loopback
        or each.is_link_local
        or each.is_multicast
        or each.is_unspecified
        or each in _METADATA
        or each == _BROADCAST
        for each in (address, *_wrapped(address))
    )


def _wrapped(address: Address) -> Iterator[Address]:
    """The IPv4 addresses that a gateway may make of an IPv6 one (mapped, compatible, 6to4, Teredo, NAT64)."""
    if isinstance(address, ipaddress.IPv4Address):
        return
    yield from (each for each in (address.ipv4_mapped, address.sixtofour) if each is not None)
    yield from address.teredo or ()
    if address in _NAT64 or 1 < int(address) < 1 << 32:
        yield ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)


def _parted(entry: str) -> tuple[str, str | None]:
    """Host or network, and the port if there is one."""
    if entry.startswith("["):
        host, _, rest = entry[1:].partition("]")
        if rest and not rest.startswith(":"):
            return entry, None
        return host, rest[1:] if rest else None
    if entry.count(":") == 1:
        host, _, port = entry.partition(":")
        return host, port
    return entry, None
