"""An SSH session with one server: its host key pinned, authenticated by password or key, and with an end.

paramiko waits without limit in places (a channel that is never opened, a line that takes nothing). So beside the
limits it knows there is a clock that closes the connection under it.
"""

import base64
import hashlib
import io
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import paramiko
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from paramiko.ssh_exception import IncompatiblePeer

from records.connectors.protocol import Refused, Unreachable
from records.connectors.reach import Reach

_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}=?")
_KEY_END = re.compile(r"-----END [A-Z0-9 ]*PRIVATE KEY-----")
_CLASSES: tuple[tuple[type, type[paramiko.PKey]], ...] = (
    (ed25519.Ed25519PrivateKey, paramiko.Ed25519Key),
    (ec.EllipticCurvePrivateKey, paramiko.ECDSAKey),
    (rsa.RSAPrivateKey, paramiko.RSAKey),
)


@dataclass(frozen=True)
class HostKey:
    """What is known of the server's key: its fingerprint and, from a whole key, its type."""

    fingerprint: str
    type: str | None = None

    @property
    def algorithms(self) -> tuple[str, ...] | None:
        """Only these are asked for, because a server may have one key of each; None: whichever it prefers."""
        return ("rsa-sha2-512", "rsa-sha2-256") if self.type == "ssh-rsa" else (self.type,) if self.type else None


def read_host_key(text: str) -> HostKey:
    """``SHA256:…`` as ``ssh-keygen -l`` prints it, or a line of a ``.pub`` file. Raises ValueError for people."""
    written = text.strip()
    if _FINGERPRINT.fullmatch(written):
        return HostKey(written.rstrip("="))
    parts = written.split()
    try:
        blob = base64.b64decode(parts[1], validate=True)
        if blob[4 : 4 + int.from_bytes(blob[:4], "big")] == parts[0].encode():
            return HostKey(_fingerprint(blob), parts[0])
    except (IndexError, ValueError):
        pass
    raise ValueError("SHA256: から始まる指紋か、ssh-ed25519 などから始まる公開鍵の1行を書いてください。")


@contextmanager
def session(
    host: str, port: int, *, user: str, secret: str, host_key: HostKey | None, reach: Reach, seconds: float
) -> Iterator[paramiko.Transport]:
    """Closed after ``seconds`` at the latest, whatever it is doing. ``host_key`` None: any key is refused, and named.

    Raises Unreachable and Refused; while it is used, what paramiko raises is told as these.
    """
    where = f"{host}:{port}"
    key = private_key(secret) if "PRIVATE KEY-----" in secret else None
    connection = reach.connect(host, port)
    with connection:
        # Small questions and answers in turn: each would wait for an acknowledgement.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport = paramiko.Transport(connection)
        clock = threading.Timer(seconds, transport.close)
        clock.daemon = True
        clock.start()
        try:
            with _told(where):
                _begin(transport, host_key, reach.timeout_seconds, where)
                _authenticate(transport, user, key or secret, where)
                yield transport
        finally:
            clock.cancel()
            transport.close()
            if transport.is_alive():
                transport.join(reach.timeout_seconds)


def private_key(secret: str) -> paramiko.PKey:
    """OpenSSH or PEM. What stands after its last line is its passphrase. Raises Refused."""
    end = _KEY_END.search(secret)
    text, passphrase = (secret[: end.end()] + "\n", secret[end.end() :].strip()) if end else (secret, "")
    data = "\n".join(line.strip() for line in text.strip().splitlines()).encode() + b"\n"
    load = serialization.load_ssh_private_key if b"OPENSSH" in data else serialization.load_pem_private_key
    try:
        key = load(data, passphrase.encode() or None)
        made = next((cls for known, cls in _CLASSES if isinstance(key, known)), None)
        if made is not None:
            plain = key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
            )
            return made.from_private_key(io.StringIO(plain.decode()))
    except TypeError:
        raise _bad_key("パスフレーズが要るか、要らないパスフレーズが付いています") from None
    except (ValueError, UnsupportedAlgorithm, paramiko.SSHException):
        raise _bad_key("途中で切れているか、パスフレーズが違うか、扱えない形式です") from None
    raise _bad_key("ED25519、ECDSA 又は RSA の鍵ではありません")


def _begin(transport: paramiko.Transport, pinned: HostKey | None, silence: float, where: str) -> None:
    transport.banner_timeout = transport.handshake_timeout = silence
    transport.auth_timeout = transport.channel_timeout = silence
    if pinned is not None and pinned.algorithms is not None:
        try:
            transport.get_security_options().key_types = pinned.algorithms
        except ValueError:
            raise Refused(
                f"サーバーの鍵の種類「{pinned.type}」は扱えません。",
                where=where,
                remedy="ssh-ed25519、ecdsa-sha2-nistp256 又は ssh-rsa の鍵を書いてください。",
            ) from None
    transport.start_client(timeout=2 * silence)
    key = transport.get_remote_server_key()  # raises where the time was not enough
    seen = _fingerprint(key.asbytes())
    if pinned is None or seen != pinned.fingerprint:
        what = "確かめられていません" if pinned is None else "設定にあるものと違います"
        raise Refused(
            f"サーバーの鍵が{what}（届いた鍵は {key.get_name()} の {seen}）。",
            where=where,
            remedy="通信の相手が入れ替わっているおそれがあります。この指紋が正しいことをサーバーの管理者に"
            "電話などで確かめてから、設定の「サーバーの鍵」に書いてください。",
        )
    transport.set_keepalive(max(1, int(silence / 2)))


def _authenticate(transport: paramiko.Transport, user: str, secret: paramiko.PKey | str, where: str) -> None:
    if isinstance(secret, str):
        further = transport.auth_password(user, secret)
    else:
        further = transport.auth_publickey(user, secret)
    if further:
        raise Refused(
            "サーバーが、もう一つの認証も求めています。",
            where=where,
            remedy="一つの認証で使える利用者を、サーバーの管理者に用意してもらってください。",
        )


@contextmanager
def _told(where: str) -> Iterator[None]:
    try:
        yield
    except IncompatiblePeer:
        raise Refused(
            "サーバーと共通の暗号方式（又は鍵の種類）がありません。",
            where=where,
            remedy="サーバーのソフトウェアが古くないか、設定にある鍵の種類が正しいかを、サーバーの管理者に"
            "確かめてください。",
        ) from None
    except paramiko.BadAuthenticationType:
        raise Refused(
            "サーバーが、この認証の方法（パスワード又は鍵）を受け付けません。",
            where=where,
            remedy="使える方法をサーバーの管理者に確かめてください。",
        ) from None
    except paramiko.AuthenticationException as error:
        if str(error) != "Authentication failed.":  # the line was cut or the time was up
            raise _broken(where) from None
        raise Refused(
            "利用者名、パスワード又は鍵が受け付けられません。",
            where=where,
            remedy="利用者名及びパスワード（又は秘密鍵）を入れ直してください。",
        ) from None
    except (paramiko.SSHException, paramiko.SFTPError, EOFError, OSError):
        raise _broken(where) from None


def _broken(where: str) -> Unreachable:
    return Unreachable(
        "サーバーとの通信が途中で切れたか、時間内に答えがありません。",
        where=where,
        remedy="SFTP（SSH）のサーバーが動いているか、アドレス及びポートが正しいかを確かめてください。",
    )


def _bad_key(why: str) -> Refused:
    return Refused(
        f"秘密鍵を読めません（{why}）。",
        where="秘密鍵",
        remedy="鍵のファイルの中身を、-----BEGIN の行から -----END の行まで入れ直してください。"
        "パスフレーズは、その次の行に書きます。",
    )


def _fingerprint(blob: bytes) -> str:
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
