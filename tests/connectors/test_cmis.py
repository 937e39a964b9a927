"""What deliveries into CMIS repositories leave there, over real HTTP to the double of cmis_server.py."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from cmis_parcels import FILES, PDF, metadata, parcel
from cmis_repository import DESTROYED, HOLD, KEPT, PLAIN_TYPES, RETENTION, CmisFault, Repository
from cmis_server import Server
from cmis_ways import HERE, PLACES, assert_japanese, connector, deliver, held, running
from pydantic import ValidationError

from records.connectors.cmis.connector import CmisConfig
from records.connectors.protocol import Refused
from records.metadata.file import Disposal


@pytest.fixture
def server() -> Iterator[Server]:
    with running(Server()) as state:
        yield state


# --- what lies there afterwards


def test_each_file_is_a_document_and_the_index_comes_last(server: Server) -> None:
    receipt = deliver(server)
    assert receipt.places == PLACES and not receipt.already
    assert server.store.documents() == dict(zip(PLACES, (content for content, _ in FILES.values()), strict=True))
    assert tuple(held(server)) == PLACES, "in the order of the parcel"
    pdf = server.store.at(PLACES[0])
    assert (pdf.type, pdf.media_type, pdf.file_name) == ("cmis:document", "application/pdf", "議事要旨_公開版.pdf")
    assert pdf.properties == {"cmis:description": "第2回東京都CIO会議 議事要旨（議事要旨（公開版））"}
    assert server.store.at(PLACES[2]).properties == {"cmis:description": "第2回東京都CIO会議 議事要旨"}


def test_the_same_parcel_again_makes_nothing(server: Server) -> None:
    deliver(server)
    before = dict(server.store.nodes)
    receipt = deliver(server)
    assert receipt.already and receipt.places == PLACES
    assert server.store.nodes == before and server.made() == 3


def test_a_hash_of_the_repository_spares_reading_back() -> None:
    with running(Server(store=Repository(hashes=True))) as server:
        deliver(server)
        assert deliver(server).already
        assert "content" not in server.asked
        server.store.at(PLACES[0]).content = PDF[:-1] + b"?"
        with pytest.raises(Refused, match="中身が異なります"):
            deliver(server)


@pytest.mark.parametrize("content", [b"other", PDF[:-1] + b"?", b""])
def test_a_document_of_that_name_with_other_bytes_is_left_alone(server: Server, content: bytes) -> None:
    node = server.store.put(PLACES[0], content)
    with pytest.raises(Refused, match="すでにあり、中身が異なります。置き換えていません") as refused:
        deliver(server)
    assert "取り除いてから" in refused.value.remedy
    assert server.store.nodes[node.id].content == content and server.made() == 0


def test_a_document_where_the_folder_should_be(server: Server) -> None:
    server.store.put(HERE, b"a file")
    with pytest.raises(Refused, match="フォルダーではなく文書として"):
        deliver(server)
    assert server.made() == 0


def test_a_folder_where_the_document_should_be(server: Server) -> None:
    server.store.folder(PLACES[0])
    with pytest.raises(Refused, match="すでにあり"):
        deliver(server)
    assert server.made() == 0 and "content" not in server.asked


def test_check_says_what_was_found_and_leaves_nothing(server: Server) -> None:
    before = dict(server.store.nodes)
    assert connector(server).check() == (
        "リポジトリ「記録 A1」（Apache Chemistry OpenCMIS InMemory-Server 1.1）のフォルダー「/記録/会議」に、"
        "種別「cmis:document」の文書として置けます。保存期間の種別はありません（満了日は付きません）。"
    )
    assert server.store.nodes == before and not any("create" in each for each in server.asked)


# --- properties

MAPPING = """
文書番号=city:documentNumber
名称（小分類）＝city:fileTitle
保存期間満了日=city:retentionEnd ; 作成・取得年度等=city:year
個人情報の有無=city:personal
会議名=city:keywords
"""


def test_items_go_into_the_properties_of_the_type_in_its_form(server: Server) -> None:
    deliver(server, document_type="city:record", properties=MAPPING)
    pdf = server.store.at(PLACES[0])
    assert pdf.type == "city:record"
    assert {key: value for key, value in pdf.properties.items() if key.startswith("city:")} == {
        "city:documentNumber": "7デ戦戦第130号",
        "city:fileTitle": "東京都CIO会議",
        "city:retentionEnd": datetime(2031, 3, 30, 15, tzinfo=UTC).timestamp() * 1000,
        "city:year": 2025,
        "city:personal": True,
        "city:keywords": ["東京都CIO会議"],
    }


def test_an_item_without_a_value_is_left_out(server: Server) -> None:
    deliver(server, parcel(metadata(number=None)), document_type="city:record", properties=MAPPING)
    assert "city:documentNumber" not in server.store.at(PLACES[0]).properties


@pytest.mark.parametrize(
    ("properties", "said"),
    [
        ("文書番号=city:none", "プロパティ city:none（文書番号）がありません"),
        ("文書番号=city:state", "作成のときに値を入れられません"),
        ("文書番号=city:retentionEnd", "型が datetime のプロパティ city:retentionEnd に入れることはできません"),
        ("文書番号=city:year", "型が integer"),
        ("件名=city:personal", "型が boolean"),
        ("文書番号=city:documentNumber", "必須のプロパティ（city:fileTitle）に入れる値がありません"),
    ],
)
def test_a_mapping_that_does_not_fit_is_named_before_anything_is_made(
    server: Server, properties: str, said: str
) -> None:
    made = connector(server, document_type="city:record", properties=properties)
    for ask in (made.check, lambda: made.deliver(parcel())):
        with pytest.raises(Refused) as refused:
            ask()
        assert said in refused.value.what
    assert held(server) == [] and "createFolder" not in server.asked


def test_a_value_that_is_too_long_is_named_before_anything_is_made(server: Server) -> None:
    long = metadata()
    long = long.model_copy(update={"file": long.file.model_copy(update={"file_title": "会" * 41})})
    with pytest.raises(Refused, match="41文字）が、プロパティ city:fileTitle の40文字を超えます"):
        deliver(server, parcel(long), document_type="city:record", properties="名称（小分類）=city:fileTitle")
    assert "createFolder" not in server.asked


def test_secondary_types_bring_their_properties(server: Server) -> None:
    deliver(server, secondary_types="P:cm:titled", properties="件名=cm:title")
    properties = server.store.at(PLACES[1]).properties
    assert properties["cmis:secondaryObjectTypeIds"] == ["P:cm:titled"]
    assert properties["cm:title"] == "第2回東京都CIO会議 議事要旨"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"document_type": "city:none"}, "文書の種別「city:none」がありません"),
        ({"document_type": "cmis:folder"}, "文書の種別ではありません"),
        ({"folder_type": "cmis:document"}, "フォルダーの種別ではありません"),
        ({"secondary_types": "P:cm:titled、P:none"}, "追加の種別「P:none」がありません"),
    ],
)
def test_a_type_that_is_not_there_is_named(server: Server, settings: dict[str, str], said: str) -> None:
    with pytest.raises(Refused, match=said):
        connector(server, **settings).check()


# --- retention


@pytest.fixture
def keeping() -> Iterator[Server]:
    with running(Server(store=Repository(types=(*PLAIN_TYPES, *RETENTION)))) as state:
        yield state


def day_in_japan(milliseconds: int) -> date:
    return datetime.fromtimestamp(milliseconds / 1000 + 9 * 3600, UTC).date()


def test_retention_is_attached_where_it_is_offered(keeping: Server) -> None:
    assert connector(keeping).check().endswith(f"保存期間の種別：{KEPT}、{DESTROYED}、{HOLD}。")
    assert deliver(keeping).notes == ()
    for place in PLACES:
        node = keeping.store.at(place)
        assert node.properties["cmis:secondaryObjectTypeIds"] == [KEPT]
        assert day_in_japan(node.properties["cmis:rm_startOfRetention"]) == date(2026, 4, 1)
        end = node.properties["cmis:rm_expirationDate"]
        assert day_in_japan(end) == date(2031, 3, 31) and day_in_japan(end + 1000) == date(2031, 4, 1), "to its end"
        with pytest.raises(CmisFault, match="under retention"):
            keeping.store.delete(node)
    assert deliver(keeping).already


def test_a_day_of_destruction_only_where_the_configuration_says_so(keeping: Server) -> None:
    deliver(keeping, retention="満了日と廃棄日")
    properties = keeping.store.at(PLACES[0]).properties
    assert properties["cmis:secondaryObjectTypeIds"] == [DESTROYED]
    assert day_in_japan(properties["cmis:rm_destructionDate"]) == date(2031, 4, 1)


def test_what_is_to_be_transferred_gets_no_day_of_destruction(keeping: Server) -> None:
    receipt = deliver(keeping, parcel(metadata(disposal=Disposal.TRANSFER)), retention="満了日と廃棄日")
    assert keeping.store.at(PLACES[0]).properties["cmis:secondaryObjectTypeIds"] == [KEPT]
    assert receipt.notes == ()


@pytest.mark.parametrize("period", ["永年", "常用", "1年未満"])
def test_a_period_without_an_end_is_noted(keeping: Server, period: str) -> None:
    receipt = deliver(keeping, parcel(metadata(period, Disposal.UNDECIDED)))
    assert receipt.notes == (f"保存期間が「{period}」で満了日がないため、保存期間の種別は付けていません。",)
    assert "cmis:secondaryObjectTypeIds" not in keeping.store.at(PLACES[0]).properties


def test_a_repository_without_retention_is_noted(server: Server) -> None:
    (note,) = deliver(server).notes
    assert KEPT in note and "令和13年3月31日" in note
    assert deliver(server, retention="付けない").notes == ()


def test_a_repository_without_destruction_keeps_to_the_end(keeping: Server) -> None:
    keeping.store.types = (*PLAIN_TYPES, RETENTION[0])
    receipt = deliver(keeping, retention="満了日と廃棄日")
    assert "廃棄日の種別" in receipt.notes[0]
    assert keeping.store.at(PLACES[0]).properties["cmis:secondaryObjectTypeIds"] == [KEPT]


# --- the form


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"url": "http://ecm.example.lg.jp/cmis"}, "保護されません"),
        ({"url": "https://u:p@ecm.example.lg.jp/cmis"}, "利用者名"),
        ({"folder": "記録"}, "/ から始まる"),
        ({"folder": "/記録/../x"}, "/ から始まる"),
        ({"properties": "文書番号"}, "1番目を「項目名=プロパティID」"),
        ({"properties": "件名=a:b;番号=c:d"}, "2番目の「番号」という項目はありません"),
        ({"properties": "件名=cmis:name"}, "対応に書けません"),
        ({"properties": "件名=a:b;備考=a:b"}, "前にもあります"),
        ({"retention": "いつまでも"}, "満了日"),
    ],
)
def test_a_mistake_in_the_form_is_named(settings: dict[str, str], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        CmisConfig(**{"url": "https://ecm.example.lg.jp/cmis", "folder": "/", **settings})


def test_every_field_of_the_form_is_in_japanese() -> None:
    assert_japanese(CmisConfig)
