"""What the operator allows this service to reach: an administrator's form must not open the whole network (SSRF).

In the closed network of a local government every server has a private address, so the list says what may be reached
and not the kind of address. The address that was checked is the one connected to: a name is looked up once.
"""

import socket
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path

from minutes.os_errors import reason
from records.connectors.allowed_hosts import AllowedHost, address_of, plain_name, read_allowed, real, special
from records.connectors.protocol import Refused, Unreachable

HOSTS, FOLDERS = "GIJIYOSHI_DELIVERY_HOSTS", "GIJIYOSHI_DELIVERY_FOLDERS"
_SLOWEST = 50_000
"""Bytes a second below which a line is taken for broken."""


@dataclass(frozen=True)
class Reach:
    """From the settings of the deployment, never from a form. Raises InputError for an entry that cannot be read."""

    hosts: tuple[str, ...] = ()
    """Names (``dav.example.lg.jp``, ``*.example.lg.jp``), addresses or networks (``10.1.0.0/16``), each with ``:port``
    or without. Loopback, link-local and the like only where the entry is that very address (for loopback also
    ``localhost`` or a network within it)."""
    folders: tuple[Path, ...] = ()
    """Folders in which, or below which, packages may be laid down."""
    timeout_seconds: float = 30.0
    """Longest silence of the other side."""

    def __post_init__(self) -> None:
        _ = self._allowed

    @cached_property
    def _allowed(self) -> tuple[AllowedHost, ...]:
        return tuple(read_allowed(entry, where=HOSTS) for entry in self.hosts)

    def addresses(self, host: str, port: int) -> tuple[str, ...]:
        """The addresses of ``host`` that may be connected to, in the resolver's order; at least one.

        Raises Refused where there is none that the operator lists, Unreachable where the name is not known now.
        """
        try:
            name = plain_name(host)
        except ValueError:
            raise Refused(
                f"「{host[:120]}」は、サーバーの名前としてもアドレスとしても読めません。",
                where=host[:120],
                remedy="名前か、10.1.2.3 の形のアドレスを書いてください。",
            ) from None
        named = any(each.names(name, port) for each in self._allowed)
        if address_of(name) is None and not named and not any(each.network for each in self._allowed):
            raise _not_listed(name, port)
        allowed = tuple(each for each in _looked_up(name, port) if self._may(each, port, named=named))
        if not allowed:
            raise _not_listed(name, port) if not named else _listed_by_name_only(name, port)
        return allowed

    def connect(self, host: str, port: int, *, timeout: float | None = None) -> socket.socket:
        """A connection to the first allowed address that takes one. Raises as ``addresses``."""
        failed = ""
        for address in self.addresses(host, port):
            try:
                return socket.create_connection((address, port), timeout=timeout or self.timeout_seconds)
            except TimeoutError:
                failed = f"{timeout or self.timeout_seconds:g}秒以内に応答がありません"
            except OSError as error:
                failed = "接続を断られました" if isinstance(error, ConnectionRefusedError) else reason(error)
        raise Unreachable(
            f"「{host}」のポート{port}につながりません（{failed}）。",
            where=f"{host}:{port}",
            remedy="相手のサーバーが動いているか、途中のファイアウォールで止められていないかを確かめてください。",
        )

    def within(self, size: int) -> float:
        """Seconds after which a transfer of ``size`` bytes is given up, however little of it is silence."""
        return 4 * self.timeout_seconds + size / _SLOWEST

    def folder(self, path: str) -> Path:
        """The folder itself, links resolved. Raises Refused where it is outside of what the operator allows."""
        given = Path(path)
        try:
            found = given.resolve() if given.is_absolute() and "\0" not in path else None
            if found is not None and any(found.is_relative_to(each.resolve()) for each in self.folders):
                return found
        except (OSError, RuntimeError):  # a loop of links
            pass
        raise Refused(
            f"フォルダー「{path[:200]}」は、引渡しに使ってよい場所にありません。",
            where=path[:200],
            remedy=f"フォルダーの書き方（絶対パス）を確かめるか、設定 {FOLDERS} にその場所を加えるよう、"
            "サーバーの運用担当に依頼してください。",
        )

    def _may(self, address: str, port: int, *, named: bool) -> bool:
        if "%" in address:  # of one network card: link-local
            return False
        meant = real(ip_address(address))
        if special(meant):
            return any(each.means(meant, port) for each in self._allowed)
        return named or any(each.holds(meant, port) for each in self._allowed)


def _looked_up(name: str, port: int) -> tuple[str, ...]:
    written = address_of(name)
    if written is not None:
        return (str(written),)
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except OSError:
        raise Unreachable(
            f"「{name}」のアドレスが分かりません。",
            where=f"{name}:{port}",
            remedy="名前の書き方と、このサーバーから名前を引けるか（DNS 又は hosts）を確かめてください。",
        ) from None
    return tuple(dict.fromkeys(str(each[4][0]) for each in found))


def _not_listed(name: str, port: int) -> Refused:
    return Refused(
        f"「{name}」のポート{port}は、接続を許されていません。",
        where=f"{name}:{port}",
        remedy=f"正しい相手であれば、設定 {HOSTS} に加えるよう、サーバーの運用担当に依頼してください。",
    )


def _listed_by_name_only(name: str, port: int) -> Refused:
    return Refused(
        f"「{name}」が、この計算機自身などの特別なアドレスになっています。",
        where=f"{name}:{port}",
        remedy=f"名前の登録（DNS 又は hosts）を確かめてください。正しければ、設定 {HOSTS} にアドレスで加えます。",
    )
