"""HTTP to servers that are slow, wrong or hostile, over real sockets."""

import socket
import ssl
import time
from pathlib import Path

import httpx2
import pytest
from certificates import make_authority
from odd_servers import Behaviour, dribbling, http, serving, silent

from records.connectors.http_client import Answer, HttpClient, server_url
from records.connectors.protocol import Refused, Unreachable
from records.connectors.reach import Reach

REACH = Reach(hosts=("127.0.0.1",), timeout_seconds=0.5)


def ask(port: int, path: str = "", *, scheme: str = "http", ca_file: str = "", reach: Reach = REACH) -> Answer:
    base = server_url(f"{scheme}://127.0.0.1:{port}/dav", plain=True)
    with HttpClient(base, reach, other="試験のサーバー", ca_file=ca_file) as client:
        return client.send("GET", client.below(path))


def test_an_answer_is_read_whole() -> None:
    with serving(http("201 Created", "X-Two: 2", body=b"made")) as port:
        answer = ask(port, "議事録/a b.zip")
    assert (answer.status, answer.headers["x-two"], answer.content, answer.ok) == (201, "2", b"made", True)


def test_a_redirect_is_an_answer_and_not_followed() -> None:
    with serving(http("302 Found", "Location: http://169.254.169.254/")) as port:
        assert ask(port).status == 302


def test_the_name_goes_with_the_request_and_the_checked_address_with_the_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[bytes] = []

    def listen(connection: socket.socket) -> None:
        heard.append(connection.recv(65536))
        connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    real = socket.getaddrinfo

    def look_up(host: str, *given: object, **named: object) -> object:
        if host == "dav.example.lg.jp":
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))]
        assert host == "127.0.0.1"
        return real(host, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with serving(listen) as port:
        base = server_url(f"http://dav.example.lg.jp:{port}/dav/", plain=True)
        reach = Reach(hosts=("dav.example.lg.jp", "127.0.0.1"), timeout_seconds=5)
        with HttpClient(base, reach, other="試験のサーバー") as client:
            assert client.send("GET", client.below("議.zip")).status == 204
    assert heard[0].startswith(b"GET /dav/%E8%AD%B0.zip HTTP/1.1\r\n")
    assert f"\r\nhost: dav.example.lg.jp:{port}\r\n".encode() in heard[0].lower()


@pytest.mark.parametrize(
    "behaviour",
    [silent, dribbling(b""), dribbling(b"HTTP/1.1 200 OK\r\nX-Slow: "), dribbling(b"HTTP/1.1 200 OK\r\n\r\n")],
    ids=["silent", "status", "headers", "body"],
)
def test_a_server_that_is_too_slow_is_given_up(behaviour: Behaviour) -> None:
    started = time.monotonic()
    with serving(behaviour) as port, pytest.raises(Unreachable, match="時間内に答えません"):
        ask(port, reach=Reach(hosts=("127.0.0.1",), timeout_seconds=0.15))
    assert time.monotonic() - started < 20


def test_a_server_that_reads_nothing_is_given_up() -> None:
    ended: list[bool] = []

    def deaf(connection: socket.socket) -> None:
        while not ended:
            time.sleep(0.01)

    with serving(deaf) as port:
        base = server_url(f"http://127.0.0.1:{port}/", plain=True)
        with HttpClient(base, REACH, other="試験のサーバー") as client, pytest.raises(Unreachable):
            client.send("PUT", base, content=b"x" * 20_000_000)
        ended.append(True)


def test_an_answer_without_end_is_not_read_to_its_end() -> None:
    def pour(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)

    with serving(pour) as port, pytest.raises(Refused, match="返答が大きすぎます"):
        ask(port)


@pytest.mark.parametrize(
    "said", [b"", b"\x00\xff" * 50, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", b"SSH-2.0-x\r\n"]
)
def test_what_is_no_http_is_unreachable_and_not_quoted(said: bytes) -> None:
    def say(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(said)

    with serving(say) as port, pytest.raises(Unreachable, match="途中で切れました") as failed:
        ask(port)
    assert "SSH" not in str(failed.value)


def test_nobody_there() -> None:
    with serving(silent) as port:
        pass
    with pytest.raises(Unreachable, match="につながりません"):
        ask(port)


def test_what_reach_does_not_allow_is_not_connected_to() -> None:
    with serving(silent) as port, pytest.raises(Refused, match="接続を許されていません"):
        ask(port, reach=Reach(hosts=("10.0.0.0/8",)))


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/dav/x", "http://u:p@127.0.0.1:{port}/", "https://127.0.0.1:{port}/", "/x", "http://["]
)
def test_an_address_of_another_server_gets_no_request(url: str) -> None:
    with serving(http("200 OK")) as port:
        base = server_url(f"http://127.0.0.1:{port}/dav", plain=True)
        with HttpClient(base, REACH, other="試験のサーバー", auth=httpx2.BasicAuth("u", "p")) as client:
            with pytest.raises(Refused, match="別のサーバー"):
                client.send("GET", url.format(port=port))
            assert client.send("GET", f"http://127.0.0.1:{port}/other?x=1", params={"a": "議"}).ok


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_authority(tmp_path_factory.mktemp("ca"))


def test_one_of_the_named_authority_holds(authority: Path) -> None:
    with serving(_tls(authority / "server.pem")) as port:
        assert ask(port, scheme="https", ca_file=str(authority / "ca.pem")).content == b"safe"


@pytest.mark.parametrize(
    ("file", "ca", "why"),
    [
        ("server", "", "知らない認証局"),
        ("old", "ca.pem", "期限が切れています"),
        ("other", "ca.pem", "アドレスと一致しません"),
    ],
)
def test_another_is_refused_with_the_reason(authority: Path, file: str, ca: str, why: str) -> None:
    with serving(_tls(authority / f"{file}.pem")) as port, pytest.raises(Refused, match=why):
        ask(port, scheme="https", ca_file=str(authority / ca) if ca else "")


def test_a_server_without_tls_is_said_to_be_one() -> None:
    def plain(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with serving(plain) as port, pytest.raises(Unreachable, match="暗号化通信を始められません"):
        ask(port, scheme="https")


def test_a_handshake_that_never_ends_is_given_up() -> None:
    with serving(silent) as port, pytest.raises(Unreachable, match="時間内に答えません"):
        ask(port, scheme="https")


def test_a_file_that_is_no_certificate_is_told_as_one_that_is_absent(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("secret")
    said = set()
    for file in ("key", "absent"):
        with pytest.raises(Refused) as refused:
            ask(1, scheme="https", ca_file=str(tmp_path / file))
        said.add(refused.value.what)
    assert said == {"認証局の証明書のファイルを読めません。"}


def _tls(pem: Path) -> Behaviour:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as safe:
            http("200 OK", body=b"safe")(safe)

    return serve


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("https://user:pass@dav.example.lg.jp/", "利用者名及びパスワード"),
        ("https://@dav.example.lg.jp/", "利用者名及びパスワード"),
        ("http://dav.example.lg.jp/", "保護されません"),
        ("ftp://dav.example.lg.jp/", "https://"),
        ("dav.example.lg.jp", "https://"),
        ("https://", "https://"),
        ("https://dav.example.lg.jp\\x", "https://"),
        ("https://dav.example.lg.jp/?a=b", "除いてください"),
        ("https://dav.example.lg.jp/#a", "除いてください"),
        ("https://dav.example.lg.jp:99999999/", "ポートの番号"),
        ("", "https://"),
    ],
)
def test_an_address_with_anything_odd_in_it_is_not_taken(written: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as wrong:
        server_url(written)
    assert "pass" not in str(wrong.value)
