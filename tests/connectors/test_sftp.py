"""SFTP: who the server is, who we are, and what it does when it is odd."""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from odd_servers import Behaviour, dribbling, serving, silent
from odd_ssh_server import PASSWORD, USER, Odd, odd_ssh_server
from parcels import small_parcel
from peers import IMPATIENT, LOOPBACK, REACH, SshServer, make_key, ssh_server
from pydantic import ValidationError
from ways import Way, to_sftp

from records.connectors.protocol import Refused, Unreachable
from records.connectors.reach import Reach
from records.connectors.sftp import Sftp, SftpConfig
from records.connectors.ssh_session import private_key, read_host_key

PARCEL = small_parcel(b"one")


class TestTheServersKey:
    def test_its_fingerprint_or_its_public_line_will_do(self, sftp: Way, sshd: SshServer) -> None:
        for known in (sshd.fingerprint, f"{sshd.fingerprint}=", sshd.public, " ".join(sshd.public.split()[:2])):
            assert "置けます" in sftp.open(host_key=known).check()

    def test_without_one_the_key_seen_is_named_and_nothing_is_sent(self, sftp: Way, sshd: SshServer) -> None:
        with pytest.raises(Refused, match="確かめられていません") as refused:
            sftp.open(host_key="").deliver(PARCEL)
        assert f"ssh-ed25519 の {sshd.fingerprint}" in refused.value.what
        assert sftp.held() == {}

    def test_one_that_changed_is_refused_before_the_password_is_sent(self, tmp_path: Path) -> None:
        with ssh_server(tmp_path) as first:
            way = to_sftp(first, first.folder)
            way.open().check()
        with ssh_server(tmp_path, port=first.port, fresh_key=True) as second:
            with pytest.raises(Refused, match="違います") as refused:
                way.open().deliver(PARCEL)
            assert second.fingerprint in refused.value.what
            assert first.fingerprint != second.fingerprint
            assert way.held() == {}
            assert "Accepted" not in (tmp_path / "sshd.log").read_text().rpartition("Server listening")[2]

    def test_of_several_keys_the_server_shows_the_one_that_is_known(self, tmp_path: Path) -> None:
        with odd_ssh_server(Odd(tmp_path)) as odd:
            line = f"{odd.key.get_name()} {odd.key.get_base64()}"
            assert "置けます" in _password_way(odd, host_key=line).check()
            with pytest.raises(Refused, match="共通の暗号方式"):
                _password_way(odd, host_key=make_key(tmp_path / "k").with_suffix(".pub").read_text()).check()

    @pytest.mark.parametrize("written", ["SHA256:short", "MD5:aa:bb", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-rsa 議"])
    def test_what_is_no_key_is_said_at_once(self, written: str) -> None:
        with pytest.raises(ValidationError, match="指紋か"):
            SftpConfig(host="h", user="u", host_key=written)

    def test_a_kind_of_key_that_is_unknown(self, sftp: Way) -> None:
        line = "ssh-dss " + "AAAAB3NzaC1kc3MAAAAA"
        assert read_host_key(line).type == "ssh-dss"
        with pytest.raises(Refused, match="扱えません"):
            sftp.open(host_key=line).check()


class TestTheSecret:
    def test_a_password(self, odd: Odd) -> None:
        assert not _password_way(odd).deliver(PARCEL).already
        assert (odd.folder / f"{PARCEL.name}.csv").exists()

    def test_a_wrong_password(self, odd: Odd) -> None:
        with pytest.raises(Refused, match="受け付けられません") as refused:
            _password_way(odd, secret="違う").check()
        assert "違う" not in str(refused.value)

    def test_a_wrong_password_of_sshd(self, sftp: Way) -> None:
        with pytest.raises(Refused, match="受け付けられません"):
            sftp.open(secret="違う").check()

    def test_a_second_proof_cannot_be_given(self, odd: Odd) -> None:
        odd.further = True
        with pytest.raises(Refused, match="もう一つの認証"):
            _password_way(odd).check()

    @pytest.mark.parametrize(
        ("kind", "options", "after"),
        [
            ("rsa", ("-b", "2048"), ""),
            ("rsa", ("-b", "2048", "-m", "PEM"), ""),
            ("rsa", ("-b", "2048", "-m", "PKCS8", "-N", "合言葉 5"), "\n合言葉 5\n"),
            ("ecdsa", (), ""),
            ("ecdsa", ("-m", "PEM"), ""),
            ("ed25519", ("-N", "合言葉 5"), "\r\n合言葉 5"),
        ],
    )
    def test_a_key_of_any_form(
        self, tmp_path: Path, sftp: Way, sshd: SshServer, kind: str, options: tuple[str, ...], after: str
    ) -> None:
        key = make_key(tmp_path / "key", kind, *options)
        authorized = sshd.folder.parent / "authorized"
        before = authorized.read_text()
        authorized.write_text(before + key.with_suffix(".pub").read_text())
        try:
            assert "置けます" in sftp.open(secret=key.read_text().rstrip("\n") + after).check()
        finally:
            authorized.write_text(before)

    def test_a_key_that_the_server_does_not_know(self, tmp_path: Path, sftp: Way) -> None:
        with pytest.raises(Refused, match="受け付けられません"):
            sftp.open(secret=make_key(tmp_path / "key").read_text()).check()

    def test_a_key_that_cannot_be_read_is_not_sent_as_a_password(self, tmp_path: Path) -> None:
        locked = make_key(tmp_path / "locked", "ed25519", "-N", "secret words").read_text()
        plain = make_key(tmp_path / "plain").read_text()
        for text in (locked, f"{locked}\nwrong", f"{plain}\nsecret words", plain[:120], plain.replace("A", "B")):
            with pytest.raises(Refused, match="秘密鍵を読めません") as refused:
                private_key(text)
            assert "secret words" not in str(refused.value)


class TestWhenItIsOdd:
    def test_nobody_there(self, sftp: Way) -> None:
        with serving(silent) as port:
            pass
        with pytest.raises(Unreachable, match="接続を断られました"):
            sftp.open(port=port).deliver(PARCEL)

    @pytest.mark.parametrize(
        "behaviour",
        [silent, dribbling(b""), dribbling(b"SSH-2.0-x\r\n"), dribbling(b"SSH-2.0-x\r\n\0\0\x08\0\x06\x14")],
        ids=["silent", "banner", "packet", "key exchange"],
    )
    def test_a_server_that_is_too_slow_is_given_up(self, sftp: Way, behaviour: Behaviour) -> None:
        started = time.monotonic()
        with serving(behaviour) as port, pytest.raises(Unreachable, match="時間内に答えがありません"):
            sftp.open(port=port, reach=Reach(hosts=(LOOPBACK,), timeout_seconds=0.2)).check()
        assert time.monotonic() - started < 20

    def test_another_service_on_the_port(self, sftp: Way) -> None:
        def greet(connection: socket.socket) -> None:
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 40)

        with serving(greet) as port, pytest.raises(Unreachable):
            sftp.open(port=port).check()

    @pytest.mark.parametrize("way", ["mute", "dribbling"])
    def test_one_that_lets_in_and_then_says_nothing(self, odd: Odd, way: str) -> None:
        setattr(odd, way, True)
        with pytest.raises(Unreachable, match="時間内に答えがありません"):
            _password_way(odd, reach=IMPATIENT).check()

    def test_a_full_disk(self, odd: Odd) -> None:
        odd.full = True
        with pytest.raises(Unreachable, match="空き容量"):
            _password_way(odd).deliver(PARCEL)
        assert [each for each in odd.folder.rglob("*") if each.is_file()] == []
        odd.full = False
        assert not _password_way(odd).deliver(PARCEL).already

    def test_no_right_to_write(self, odd: Odd) -> None:
        odd.locked = True
        for act in (_password_way(odd).check, lambda: _password_way(odd).deliver(PARCEL)):
            with pytest.raises(Refused, match="権限がありません"):
                act()

    def test_a_folder_that_one_may_not_read(self, odd: Odd) -> None:
        odd.unreadable = True
        assert "大きさだけ" in _password_way(odd).deliver(PARCEL).notes[0]
        assert _password_way(odd).deliver(PARCEL).already

    def test_one_that_replaces_is_found_out_beforehand_and_replaces_nothing_of_others(self, odd: Odd) -> None:
        odd.replaces = True
        assert "置き換えます" in _password_way(odd).check()
        assert list(odd.folder.iterdir()) == []
        (odd.folder / f"{PARCEL.name}.csv").write_bytes(b"theirs")
        with pytest.raises(Refused):
            _password_way(odd).deliver(PARCEL)
        assert (odd.folder / f"{PARCEL.name}.csv").read_bytes() == b"theirs"

    def test_a_server_that_is_restarted_in_the_middle(self, tmp_path: Path) -> None:
        parcel = small_parcel(*(f"{n}".encode() * 20_000 for n in range(80)))
        with ssh_server(tmp_path) as server:
            way = to_sftp(server, server.folder)
            stopping = threading.Thread(target=_stop_after, args=(server, way.folder / parcel.name))
            stopping.start()
            with pytest.raises(Unreachable, match="途中で切れた"):
                way.open().deliver(parcel)
            stopping.join()
        assert f"{parcel.name}.csv" not in way.held()
        with ssh_server(tmp_path, port=server.port):
            assert not way.open().deliver(parcel).already
        assert way.held() == {file.path: file.content for file in parcel.files}


def _stop_after(server: SshServer, folder: Path) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and (not folder.exists() or len(os.listdir(folder)) < 3):
        time.sleep(0.001)
    for process in (*_children(server.process.pid), server.process.pid):
        os.kill(process, signal.SIGKILL)


def _children(pid: int) -> list[int]:
    """Its sessions run in groups of their own."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found += [int(status.parent.name), *_children(int(status.parent.name))]
    return found


@pytest.fixture
def odd(tmp_path: Path) -> Iterator[Odd]:
    (tmp_path / "odd").mkdir()
    with odd_ssh_server(Odd(tmp_path / "odd", key=_KEY)) as server:
        yield server


_KEY = Odd(Path()).key


def _password_way(odd: Odd, *, secret: str = PASSWORD, host_key: str | None = None, reach: Reach = REACH) -> Sftp:
    config = SftpConfig(host=LOOPBACK, port=odd.port, user=USER, folder="/", host_key=host_key or odd.key.fingerprint)
    return Sftp(config, secret, reach)
