"""Deliveries into CMIS repositories that go wrong: interrupted, too late, refused, lied to; none is made twice."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from cmis_parcels import FILES, PDF, parcel
from cmis_repository import CmisFault, Repository
from cmis_server import Face, Server
from cmis_ways import FOLDER, PLACES, REACH, SECRET, connector, deliver, held, running
from hypothesis import example, given, settings
from hypothesis import strategies as st
from odd_servers import Behaviour, dribbling, http, serving, silent

from records.connectors.cmis.connector import Cmis, CmisConfig
from records.connectors.protocol import Refused, Unreachable
from records.connectors.reach import Reach


@pytest.fixture
def server() -> Iterator[Server]:
    with running(Server()) as state:
        yield state


# --- interrupted


@pytest.mark.parametrize(
    ("fault", "at"),
    [("lose", 0), ("lose", 1), ("lose", 2), (b"{", 1), (b"<html>", 1), (b"[" * 100_000, 1), (b"null", 1)],
)
def test_a_lost_answer_is_found_again(server: Server, fault: Any, at: int) -> None:
    server.faults["createDocument"] = [*[None] * at, fault]
    with pytest.raises((Unreachable, Refused)):
        deliver(server)
    receipt = deliver(server)
    assert receipt.places == PLACES
    assert tuple(held(server)) == PLACES and server.store.documents()[PLACES[0]] == PDF


def test_a_lost_answer_to_the_folder_is_found_again(server: Server) -> None:
    server.faults["createFolder"] = ["lose"]
    with pytest.raises(Unreachable):
        deliver(server)
    assert deliver(server).places == PLACES and server.asked.count("createFolder") == 1


def test_a_process_killed_between_two_documents(server: Server) -> None:
    server.faults["createDocument"] = [None, "hang"]
    program = (
        "from cmis_parcels import parcel\nfrom records.connectors.cmis.connector import *\n"
        "from records.connectors.reach import Reach\n"
        f"config = CmisConfig(url={server.url!r}, plain=True, user='gijiyoshi', folder={FOLDER!r})\n"
        f"Cmis(config, {SECRET!r}, Reach(hosts=('127.0.0.1',))).deliver(parcel())\n"
    )
    path = os.pathsep.join((str(Path(__file__).parent), str(Path(__file__).parents[2])))
    with subprocess.Popen([sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": path}) as process:
        assert server.hanging.wait(30)
        process.send_signal(signal.SIGKILL)
    server.release.set()
    assert not deliver(server).already
    assert tuple(held(server)) == PLACES
    assert deliver(server).already


def test_half_of_the_content_is_taken_back_and_sent_again(server: Server) -> None:
    server.faults["createDocument"] = [None, "half"]
    with pytest.raises(Unreachable, match="送ったものと異なって保存された"):
        deliver(server)
    assert held(server) == [PLACES[0]]
    deliver(server)
    assert tuple(held(server)) == PLACES


FAULTS = st.lists(
    st.tuples(
        st.sampled_from(["repositories", "object", "children", "content", "createFolder", "createDocument", "delete"]),
        st.integers(0, 2),
        st.sampled_from(["lose", "half", 503, b"{", CmisFault("storage", "x")]),
    ),
    max_size=6,
)


@settings(max_examples=12)
@given(FAULTS, st.booleans(), st.booleans())
@example([("repositories", 0, "half"), ("content", 0, b"{")], False, False)
def test_whatever_fails_each_document_is_there_once_in_the_end(
    faults: list[tuple[str, int, Any]], own_segments: bool, hashes: bool
) -> None:
    with running(Server(store=Repository(own_segments=own_segments, hashes=hashes))) as server:
        for what, later, fault in faults:
            server.faults = {what: [*[None] * later, fault]}
            with suppress(Unreachable):
                deliver(server)
        server.faults = {}
        deliver(server)
        assert deliver(server).already
        kept = {each.name: each.content for each in server.store.nodes.values() if each.content is not None}
        assert kept == {path.rpartition("/")[2]: content for path, (content, _) in FILES.items()}
        assert len(held(server)) == 3


# --- the same name, at the same time


@pytest.mark.parametrize(
    ("clash", "status"),
    [("contentAlreadyExists", 409), ("nameConstraintViolation", 409), ("constraint", 409), ("constraint", 500)],
)
def test_another_try_may_be_faster(server: Server, clash: str, status: int) -> None:
    server.store.on_clash, server.store.clash_status = clash, status
    server.faults["createDocument"] = [lambda store: store.put(PLACES[0], PDF)]
    assert deliver(server).places == PLACES
    assert tuple(held(server)) == PLACES


def test_somebody_else_may_be_faster_with_another_document(server: Server) -> None:
    server.faults["createDocument"] = [lambda store: store.put(PLACES[0], b"other")]
    with pytest.raises(Refused, match="同じ名前の文書がすでにあります、contentAlreadyExists"):
        deliver(server)
    assert server.store.documents() == {PLACES[0]: b"other"}


def test_another_name_chosen_by_the_repository_is_taken_back(server: Server) -> None:
    server.store.on_clash = "rename"
    server.faults["createDocument"] = [lambda store: store.put(PLACES[0], b"other")]
    with pytest.raises(Refused, match="名前を変えて作ったので、取り消しました"):
        deliver(server)
    assert server.store.documents() == {PLACES[0]: b"other"}


def test_paths_that_the_product_makes_of_names_bring_no_second_copy() -> None:
    store = Repository(own_segments=True)
    with running(
        Server(store=store, face=Face("/nuxeo/json/cmis", "default", "OpenCMIS Connector", "Nuxeo"))
    ) as server:
        for number in range(230):
            store.put(f"{FOLDER}/別の文書{number}.pdf", b"x")
        server.faults["createDocument"] = [None, "lose"]
        with pytest.raises(Unreachable):
            deliver(server)
        deliver(server)
        assert deliver(server).already
        ours = [each.name for each in store.nodes.values() if each.content not in (None, b"x")]
        assert ours == ["議事要旨_公開版.pdf", "metadata.json", "index_0199.csv"]


def test_a_folder_with_too_much_in_it_is_refused(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("records.connectors.cmis.client._MOST_PAGES", 2)
    for number in range(250):
        server.store.put(f"{FOLDER}/{number}", b"x")
    with pytest.raises(Refused, match="中が多すぎて") as refused:
        deliver(server)
    assert "年度ごと" in refused.value.remedy and server.made() == 0


# --- who asks


def test_a_wrong_password_is_refused_without_saying_it(server: Server) -> None:
    with pytest.raises(Refused, match="サインインを受け付けません") as refused:
        connector(server, secret="wrong-one").check()
    assert "wrong-one" not in str(refused.value)


def test_a_token_is_sent_as_bearer(server: Server) -> None:
    server.tokens.add("eyJ.abc")
    assert deliver(server, secret=" eyJ.abc\n", authentication="トークン", user="").places == PLACES


@pytest.mark.parametrize(
    ("secret", "settings"),
    [
        (None, {}),
        ("x", {"user": ""}),
        ("x", {"user": "a:b"}),
        ("a b", {"authentication": "トークン"}),
        ("あ", {"authentication": "トークン"}),
        (None, {"authentication": "トークン"}),
    ],
)
def test_what_cannot_be_a_secret_is_refused_before_it_is_sent(
    server: Server, secret: str | None, settings: dict[str, str]
) -> None:
    with pytest.raises(Refused):
        connector(server, secret=secret, **settings).check()
    assert server.asked == []


def test_a_user_who_may_only_read(server: Server) -> None:
    server.store.read_only = True
    with pytest.raises(Refused, match="文書を作る権限がありません"):
        connector(server).check()


@pytest.mark.parametrize("csrf", ["X-CSRF-Token", "CSRF-Token"])
def test_a_token_against_forged_requests_is_fetched_and_renewed(csrf: str) -> None:
    with running(Server(face=Face(csrf=csrf))) as server:
        server.faults["createDocument"] = [None, "expire"]
        assert deliver(server, csrf_header=csrf).places == PLACES
        assert tuple(held(server)) == PLACES and server.made() == 4
        with pytest.raises(Refused, match="権限がありません"):
            deliver(server, parcel(files={"b.txt": (b"b", "text/plain")}), csrf_header="")


# --- addresses


def test_an_address_on_another_host_is_not_followed(server: Server) -> None:
    with running(Server()) as other:
        server.face = Face(named_as=f"http://127.0.0.1:{other.port}")
        assert deliver(server).places == PLACES
        assert other.asked == [] and server.hosts == {f"127.0.0.1:{server.port}"}


@pytest.mark.parametrize("named", ["http://169.254.169.254", "file://x", "https://user:pw@evil.example:1"])
def test_whatever_host_the_server_names_it_is_asked_itself(server: Server, named: str) -> None:
    server.face = Face(named_as=named)
    assert deliver(server).places == PLACES


def test_a_relative_address_is_one_of_the_same_server(server: Server) -> None:
    server.face = Face(named_as="/..")
    assert deliver(server).places == PLACES


@pytest.mark.parametrize("what", ["repositories", "object", "children", "createFolder", "createDocument"])
def test_a_redirect_is_not_followed(server: Server, what: str) -> None:
    server.faults[what] = [302]
    with pytest.raises(Refused, match="転送には従いません"):
        deliver(server)


def test_only_what_the_operator_lists_is_reached(server: Server) -> None:
    config = CmisConfig(url=server.url, plain=True, user="gijiyoshi", folder=FOLDER)
    with pytest.raises(Refused, match="許されていません"):
        Cmis(config, SECRET, Reach(hosts=("ecm.example.lg.jp",))).check()
    assert server.asked == []


def test_the_repository_is_chosen_by_id_where_there_are_several(server: Server) -> None:
    server.others["B2"] = Repository()
    with pytest.raises(Refused, match="リポジトリが2あります（A1、B2）"):
        connector(server).check()
    assert "記録 A1" in connector(server, repository="A1").check()
    with pytest.raises(Refused, match="「C3」がありません（あるのは A1、B2）"):
        connector(server, repository="C3").check()


def test_properties_with_their_descriptions_are_read_too() -> None:
    with running(Server(face=Face(succinct=False))) as server:
        assert deliver(server).places == PLACES
        assert deliver(server).already


@pytest.mark.parametrize(
    ("folder", "said"),
    [("/記録/ない", "フォルダー「/記録/ない」がありません"), ("/記録/文書.txt", "フォルダーではありません")],
)
def test_the_folder_must_be_there(server: Server, folder: str, said: str) -> None:
    server.store.put("/記録/文書.txt", b"x")
    for ask in (connector(server, folder=folder).check, lambda: deliver(server, folder=folder)):
        with pytest.raises(Refused, match=said):
            ask()


@pytest.mark.parametrize(
    "answer", [b"{}", b'{"workspace": 1}', b'{"a": {"repositoryId": "a"}}', b"<html>sign in</html>"]
)
def test_what_is_not_a_browser_binding_is_named(server: Server, answer: bytes) -> None:
    server.faults["repositories"] = [answer]
    with pytest.raises(Refused, match="CMIS"):
        connector(server).check()


# --- faults of the other side


def test_a_server_that_is_down() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = CmisConfig(url=f"http://127.0.0.1:{port}/cmis", plain=True, user="u", folder="/")
    with pytest.raises(Unreachable, match="つながりません"):
        Cmis(config, "x", REACH).check()


@pytest.mark.parametrize(
    "behaviour",
    [
        silent,
        dribbling(b'HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n{"'),
        http("200 OK", body=b"{" + b" " * 3_000_000),
    ],
)
def test_a_server_that_never_ends(behaviour: Behaviour) -> None:
    with serving(behaviour) as port:
        config = CmisConfig(url=f"http://127.0.0.1:{port}/cmis", plain=True, user="u", folder="/")
        with pytest.raises((Unreachable, Refused), match=r"時間内に答えません|途中で切れました|大きすぎます"):
            Cmis(config, "x", Reach(hosts=("127.0.0.1",), timeout_seconds=0.15)).check()


@pytest.mark.parametrize(
    ("what", "fault"),
    [
        ("repositories", 500),
        ("object", 503),
        ("typeDefinition", 429),
        ("createFolder", CmisFault("runtime", "x")),
        ("createDocument", 503),
        ("createDocument", CmisFault("updateConflict", "x")),
    ],
)
def test_a_passing_fault_is_one_that_may_end(server: Server, what: str, fault: Any) -> None:
    server.faults[what] = [fault]
    with pytest.raises(Unreachable, match="障害で"):
        deliver(server)
    assert deliver(server).places == PLACES and tuple(held(server)) == PLACES


@pytest.mark.parametrize("fault", [CmisFault("storage", "x"), CmisFault("storage", "x", 507), 507])
def test_a_full_store_is_named(server: Server, fault: Any) -> None:
    server.faults["createDocument"] = [fault]
    with pytest.raises(Unreachable, match="空きがなく") as unreachable:
        deliver(server)
    assert "容量" in unreachable.value.remedy and server.store.documents() == {}


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (CmisFault("constraint", "x"), "決まりに合いません、constraint"),
        (CmisFault("nameConstraintViolation", "x"), "名前が受け付けられません"),
        (CmisFault("permissionDenied", "x"), "権限がありません"),
        (CmisFault("streamNotSupported", "x"), "streamNotSupported"),
        (CmisFault("invalidArgument", "x", 500), "invalidArgument"),
        (413, "大きすぎます"),
        (403, "権限がありません"),
    ],
)
def test_what_trying_again_does_not_mend_is_refused(server: Server, fault: Any, said: str) -> None:
    server.faults["createDocument"] = [fault]
    with pytest.raises(Refused, match=said):
        deliver(server)


def test_errors_never_quote_the_other_side(server: Server) -> None:
    server.faults["createDocument"] = [CmisFault("constraint", "<b>内部の名前</b>")]
    with pytest.raises(Refused) as refused:
        deliver(server)
    assert "内部の名前" not in str(refused.value)
