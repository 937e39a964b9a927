"""WebDAV: what each answer of a server means, and who may ask."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from certificates import make_authority
from odd_servers import Behaviour, dribbling, http, serving, silent
from parcels import small_parcel
from peers import LOOPBACK, DavServer, dav_server, free_port
from pydantic import ValidationError
from ways import Way, to_webdav

from minutes.errors import GijiyoshiError
from records.connectors.protocol import Refused, Unreachable
from records.connectors.reach import Reach
from records.connectors.webdav import WebdavConfig

PARCEL = small_parcel(b"one")


@pytest.fixture
def answers(dav: DavServer) -> Iterator[dict[str, str]]:
    """What the server answers to a method instead of doing it."""
    yield dav.answers
    dav.answers.clear()


@pytest.mark.parametrize(
    ("method", "status", "kind", "said"),
    [
        ("PUT", "400 Bad Request", Refused, "断りました"),
        ("PROPFIND", "401 Unauthorized", Refused, "利用者名又はパスワード"),
        ("PUT", "403 Forbidden", Refused, "権限がありません"),
        ("MOVE", "403 Forbidden", Refused, "権限がありません"),
        ("MKCOL", "403 Forbidden", Refused, "権限がありません"),
        ("DELETE", "403 Forbidden", Refused, "権限がありません"),
        ("PROPFIND", "404 Not Found", Refused, "フォルダーがサーバーにありません"),
        ("PROPFIND", "405 Method Not Allowed", Refused, "WebDAV を使えません"),
        ("PROPFIND", "200 OK", Refused, "WebDAV を使えません"),
        ("PROPFIND", "207 Multi-Status", Refused, "WebDAV を使えません"),
        ("PUT", "409 Conflict", Refused, "置く先のフォルダー"),
        ("PUT", "412 Precondition Failed", Unreachable, "書いたとおりではありません"),
        ("MOVE", "412 Precondition Failed", Unreachable, "書いたとおりではありません"),
        ("PUT", "413 Content Too Large", Refused, "大きすぎます"),
        ("MOVE", "423 Locked", Unreachable, "ロック"),
        ("PUT", "429 Too Many Requests", Unreachable, "混んでいます"),
        ("PUT", "500 Internal Server Error", Unreachable, "誤りが起きました"),
        ("MOVE", "502 Bad Gateway", Unreachable, "中継"),
        ("PUT", "503 Service Unavailable", Unreachable, "混んでいるか"),
        ("PUT", "507 Insufficient Storage", Unreachable, "容量"),
        ("MOVE", "207 Multi-Status", Unreachable, "誤りが起きました"),
        ("PROPFIND", "301 Moved Permanently", Refused, "別のアドレス"),
        ("PUT", "302 Found", Refused, "別のアドレス"),
    ],
)
def test_each_answer_is_explained_and_harms_nothing(
    webdav: Way, answers: dict[str, str], method: str, status: str, kind: type[GijiyoshiError], said: str
) -> None:
    answers[method] = status
    with pytest.raises(kind, match=said) as failed:
        webdav.open().deliver(PARCEL)
    assert failed.value.where.startswith(webdav.config["url"].partition("引渡し")[0])
    assert failed.value.remedy
    assert "secret" not in str(failed.value)
    assert webdav.held() == {}
    answers.clear()
    assert not webdav.open().deliver(PARCEL).already
    assert webdav.held() == {file.path: file.content for file in PARCEL.files}


def test_what_was_begun_is_taken_away_when_a_later_step_fails(
    webdav: Way, dav: DavServer, answers: dict[str, str]
) -> None:
    answers["MOVE"] = "507 Insufficient Storage"
    with pytest.raises(Unreachable):
        webdav.open().deliver(PARCEL)
    assert "DELETE" in dav.seen[dav.seen.index("MOVE") :]
    assert webdav.held() == {}


@pytest.mark.parametrize("status", ["403 Forbidden", "405 Method Not Allowed"])
def test_a_folder_that_one_may_not_read(webdav: Way, answers: dict[str, str], status: str) -> None:
    answers["GET"] = status
    receipt = webdav.open().deliver(PARCEL)
    assert "大きさだけ" in receipt.notes[0]
    assert webdav.open().deliver(PARCEL).already


def test_a_wrong_password_is_said_and_not_shown(webdav: Way) -> None:
    for changed in ({"secret": "違う"}, {"user": "someone"}, {"user": ""}, {"authentication": "digest"}):
        with pytest.raises(Refused, match="利用者名又はパスワード") as refused:
            webdav.open(**changed).check()
        assert "違う" not in str(refused.value)


def test_digest_does_not_send_the_password(tmp_path: Path) -> None:
    with dav_server(tmp_path, digest=True) as server:
        way = to_webdav(server, tmp_path)
        assert "置けます" in way.open(authentication="digest").check()
        assert not way.open(authentication="digest").deliver(small_parcel(b"x" * 300_000)).already
        with pytest.raises(Refused, match="利用者名又はパスワード"):
            way.open(authentication="digest", secret="wrong").check()


def test_over_https_with_a_certificate_of_the_office_s_own_authority(tmp_path: Path) -> None:
    authority = make_authority(tmp_path)
    with dav_server(tmp_path / "share", certificate=authority / "server.pem") as server:
        way = to_webdav(server, server.folder)
        assert not way.open(plain=False, ca_file=str(authority / "ca.pem")).deliver(PARCEL).already
        with pytest.raises(Refused, match="知らない認証局"):
            way.open(plain=False).deliver(PARCEL)


def test_http_is_used_only_where_it_is_allowed() -> None:
    with pytest.raises(ValidationError, match="保護されません"):
        WebdavConfig(url="http://dav.example.lg.jp/")
    assert WebdavConfig(url="http://dav.example.lg.jp/", plain=True)
    with pytest.raises(ValidationError, match="それぞれの欄"):
        WebdavConfig(url="https://user:pass@dav.example.lg.jp/")


@pytest.mark.parametrize("behaviour", [silent, dribbling(b"HTTP/1.1 207 Multi-Status\r\n\r\n")], ids=["silent", "slow"])
def test_a_server_that_is_too_slow_is_given_up(webdav: Way, behaviour: Behaviour) -> None:
    with serving(behaviour) as port, pytest.raises(Unreachable, match="時間内に答えません"):
        webdav.open(url=f"http://{LOOPBACK}:{port}/", reach=Reach(hosts=(LOOPBACK,), timeout_seconds=0.1)).deliver(
            PARCEL
        )


def test_nobody_there_and_no_webdav_there(webdav: Way) -> None:
    with serving(http("200 OK", body=b"<html>")) as port, pytest.raises(Refused, match="WebDAV を使えません"):
        webdav.open(url=f"http://{LOOPBACK}:{port}/").check()
    with pytest.raises(Unreachable, match="につながりません"):
        webdav.open(url=f"http://{LOOPBACK}:{port}/").check()


def test_an_answer_that_expands_without_end_is_not_read(webdav: Way) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><x xmlns="DAV:">&b;</x>'
    with serving(http("207 Multi-Status", body=bomb)) as port, pytest.raises(Refused, match="WebDAV を使えません"):
        webdav.open(url=f"http://{LOOPBACK}:{port}/").check()


def test_a_server_that_is_restarted_in_the_middle(tmp_path: Path) -> None:
    parcel = small_parcel(*(f"{n}".encode() * 20_000 for n in range(80)))
    failed: list[Unreachable] = []

    def deliver() -> None:
        try:
            way.open().deliver(parcel)
        except Unreachable as error:
            failed.append(error)

    with dav_server(tmp_path, port=free_port()) as server:
        way = to_webdav(server, tmp_path)
        sending = threading.Thread(target=deliver)
        sending.start()
        while server.seen.count("MOVE") < 3 and sending.is_alive():
            time.sleep(0.001)
    sending.join()
    assert failed
    assert f"{parcel.name}.csv" not in way.held()
    with dav_server(tmp_path, port=server.port):
        assert not way.open().deliver(parcel).already
    assert way.held() == {file.path: file.content for file in parcel.files}
