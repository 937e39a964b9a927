"""The guard: only what the operator lists is reached, however its address is written."""

import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minutes.errors import GijiyoshiError, InputError
from records.connectors.protocol import Refused, Unreachable
from records.connectors.reach import Reach

LISTED = Reach(hosts=("dav.example.lg.jp:443", "*.files.example.lg.jp", "10.1.0.0/16", "192.168.5.7:22", "fd00:1::/32"))


class Names:
    """The name server of a test: what it answers, and how often it was asked."""

    def __init__(self) -> None:
        self.known: dict[str, list[str]] = {}
        self.asked: list[str] = []

    def look_up(self, host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        self.asked.append(host)
        if host not in self.known:
            raise socket.gaierror(socket.EAI_NONAME, "not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in self.known[host]]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    made = Names()
    monkeypatch.setattr(socket, "getaddrinfo", made.look_up)
    return made


def test_a_listed_name_is_reached_at_its_port_only(names: Names) -> None:
    names.known["dav.example.lg.jp"] = ["10.200.0.1"]
    assert LISTED.addresses("DAV.example.lg.jp.", 443) == ("10.200.0.1",)
    with pytest.raises(Refused, match="ポート80は、接続を許されていません") as refused:
        LISTED.addresses("dav.example.lg.jp", 80)
    assert "GIJIYOSHI_DELIVERY_HOSTS" in refused.value.remedy


def test_a_suffix_means_what_is_below_it(names: Names) -> None:
    names.known |= {"a.files.example.lg.jp": ["172.16.0.1"], "evilfiles.example.lg.jp": ["172.16.0.1"]}
    assert LISTED.addresses("a.files.example.lg.jp", 8443)
    for other in ("evilfiles.example.lg.jp", "files.example.lg.jp", "a.files.example.lg.jp.evil.example"):
        names.known.setdefault(other, ["172.16.0.1"])
        with pytest.raises(Refused):
            LISTED.addresses(other, 8443)


def test_a_name_that_is_not_listed_is_reached_where_its_address_is(names: Names) -> None:
    names.known["nas"] = ["8.8.8.8", "10.1.9.9"]
    assert LISTED.addresses("nas", 22) == ("10.1.9.9",)
    names.known["nas"] = ["10.2.0.1"]
    with pytest.raises(Refused):
        LISTED.addresses("nas", 22)


@pytest.mark.parametrize("host", ["10.1.2.3", "::ffff:10.1.2.3", "[::ffff:10.1.2.3]", "fd00:1::9", "１０.１.２.３"])
def test_an_address_of_a_listed_network_is_reached(host: str) -> None:
    assert LISTED.addresses(host, 443)


@pytest.mark.parametrize(
    "host",
    [
        "10.2.0.1",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "１２７.0.0.1",
        "127。0。0。1",
        "::1",
        "::",
        "0.0.0.0",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fd00:1::1%eth0",
        "224.0.0.1",
        "255.255.255.255",
        "100.100.100.200",
        "localhost",
        "user@10.1.2.3",
        "10.1.2.3/16",
        "10.1.2.3#",
        "",
        ".",
        "a..b",
        "x" * 64,
        "a\0b",
        "*.files.example.lg.jp",
    ],
)
@pytest.mark.parametrize("listed", [(), LISTED.hosts, ("0.0.0.0/0", "::/0")])
def test_other_writings_are_no_way_round(host: str, listed: tuple[str, ...]) -> None:
    everything = "0.0.0.0/0" in listed
    if everything and host == "10.2.0.1":
        return
    with pytest.raises(Refused):
        Reach(hosts=listed).addresses(host, 443)


def test_an_address_in_a_gateway_s_wrapping_is_not_the_listed_one() -> None:
    for host in ("2002:a01:203::", "64:ff9b::a01:203", "::10.1.2.3"):
        with pytest.raises(Refused):
            LISTED.addresses(host, 443)


def test_a_listed_name_does_not_lead_to_this_machine_or_to_a_cloud_s_keys(names: Names) -> None:
    for address in ("127.0.0.1", "::1", "169.254.169.254", "::ffff:127.0.0.1", "fe80::1%2", "0.0.0.0", "fd00:ec2::254"):
        names.known["dav.example.lg.jp"] = [address]
        with pytest.raises(Refused, match="特別なアドレス"):
            LISTED.addresses("dav.example.lg.jp", 443)
    names.known["dav.example.lg.jp"] = ["127.0.0.1", "10.9.9.9"]
    assert LISTED.addresses("dav.example.lg.jp", 443) == ("10.9.9.9",)


@pytest.mark.parametrize(
    ("entry", "host"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.1:443", "127.0.0.1"),
        ("127.0.0.0/8", "127.0.0.5"),
        ("localhost", "127.0.0.1"),
        ("[::1]:443", "::1"),
        ("169.254.169.254", "169.254.169.254"),
        ("fe80::7", "fe80::7"),
    ],
)
def test_a_special_address_is_reached_where_it_is_listed_as_itself(entry: str, host: str) -> None:
    assert Reach(hosts=(entry,)).addresses(host, 443) == (host,)
    with pytest.raises(Refused):
        Reach(hosts=(entry,)).addresses("169.254.1.1", 443)


def test_a_wide_network_does_not_mean_the_special_addresses_in_it() -> None:
    for network in ("169.254.0.0/16", "fe80::/10", "0.0.0.0/0", "126.0.0.0/7"):
        for host in ("169.254.169.254", "fe80::1", "127.0.0.1"):
            with pytest.raises(Refused):
                Reach(hosts=(network,)).addresses(host, 443)


def test_the_address_that_was_checked_is_the_one_connected_to(names: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        names.known["dav.example.lg.jp"] = ["127.0.0.1"]
        reach = Reach(hosts=("dav.example.lg.jp", "127.0.0.1"))
        plain = socket.create_connection

        def rebinding(address: tuple[str, int], **given: float) -> socket.socket:
            names.known["dav.example.lg.jp"] = ["169.254.169.254"]
            assert address == ("127.0.0.1", port)
            return plain(address, **given)

        monkeypatch.setattr(socket, "create_connection", rebinding)
        monkeypatch.setattr(socket, "getaddrinfo", _only_numbers(names))
        with reach.connect("dav.example.lg.jp", port) as connection:
            assert connection.getpeername() == ("127.0.0.1", port)
        assert names.asked.count("dav.example.lg.jp") == 1


def _only_numbers(names: Names):
    def look_up(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        if host[0].isdigit():
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))]
        return names.look_up(host, port)

    return look_up


def test_a_name_that_is_not_known_may_be_later(names: Names) -> None:
    with pytest.raises(Unreachable, match="アドレスが分かりません"):
        LISTED.addresses("gone.files.example.lg.jp", 443)


def test_a_name_that_is_not_listed_is_not_even_looked_up(names: Names) -> None:
    with pytest.raises(Refused):
        Reach(hosts=("dav.example.lg.jp",)).addresses("secret.evil.example", 443)
    assert names.asked == []


def test_nobody_listening_is_said_with_place_and_remedy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(Unreachable, match="接続を断られました") as failed:
        Reach(hosts=("127.0.0.1",)).connect("127.0.0.1", port)
    assert failed.value.where == f"127.0.0.1:{port}"
    assert failed.value.remedy


@pytest.mark.parametrize(
    "entry", ["", "*", "*.", "10.1.2.3/16", "10.1.2.3:0", "10.1.2.3:65536", "a:b", "https://a/", "*.10.1.2.3", "0x7f.1"]
)
def test_an_entry_that_cannot_be_read_is_named(entry: str) -> None:
    with pytest.raises(InputError, match="書き方ではありません") as wrong:
        Reach(hosts=("10.1.2.3", entry))
    assert wrong.value.where == "GIJIYOSHI_DELIVERY_HOSTS"


def test_a_name_of_the_own_script_is_one_name_in_both_spellings(names: Names) -> None:
    names.known["xn--r8jz45g.jp"] = ["10.0.0.1"]
    for listed in ("例え.jp", "xn--r8jz45g.jp"):
        for host in ("例え.jp", "例え。JP", "XN--R8JZ45G.jp"):
            assert Reach(hosts=(listed,)).addresses(host, 443)


@given(st.text(max_size=30), st.integers(1, 65535))
def test_nothing_written_in_a_form_reaches_what_is_not_listed(host: str, port: int) -> None:
    with pytest.raises(GijiyoshiError):
        Reach().addresses(host, port)


def test_a_folder_is_the_allowed_one_or_below_it(tmp_path: Path) -> None:
    share, outside = tmp_path / "share", tmp_path / "share-of-others"
    (share / "議事録").mkdir(parents=True)
    outside.mkdir()
    (share / "link").symlink_to(outside)
    (tmp_path / "way").symlink_to(share)
    (share / "loop").symlink_to(share / "loop")
    reach = Reach(folders=(share,))
    assert reach.folder(str(share)) == share
    assert reach.folder(str(tmp_path / "way" / "議事録")) == share / "議事録"
    for other in (outside, share / "link", share / ".." / "share-of-others", tmp_path, Path("/"), share / "loop" / "x"):
        with pytest.raises(Refused, match="使ってよい場所") as refused:
            reach.folder(str(other))
        assert "GIJIYOSHI_DELIVERY_FOLDERS" in refused.value.remedy
    for odd in ("", "share", "議事録", f"{share}\0", "~"):
        with pytest.raises(Refused):
            reach.folder(odd)
