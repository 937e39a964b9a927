"""Deliveries into Alfresco: uploaded, declared, filed, completed, each once, over real HTTP to alfresco_server.py."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from alfresco_server import Alfresco as Product
from cmis_parcels import FILES, NAME, PDF, metadata, parcel
from cmis_server import serving
from cmis_ways import assert_japanese
from hypothesis import given, settings
from hypothesis import strategies as st

from records.connectors.alfresco import AlfrescoConfig, record_name
from records.connectors.protocol import Connector, Parcel, Receipt, Refused, Unreachable
from records.connectors.reach import Reach
from records.connectors.registry import KINDS

SECRET = "ひみつ pass"
FOLDER = "/Sites/kaigi/documentLibrary/議事要旨"
RECORDS = "/会議/審議会等/令和7年度"
ALL = {
    "議事要旨_公開版 (2026-0000000001).pdf": "完了",
    "metadata (2026-0000000002).json": "完了",
    "index_0199 (2026-0000000003).csv": "完了",
}
STEPS = ["declare", "file", "complete"]


@pytest.fixture
def product() -> Iterator[Product]:
    state = Product()
    with serving(state):
        yield state


def connector(product: Product, *, secret: str = SECRET, **settings: Any) -> Connector:
    config = AlfrescoConfig(
        **{
            "url": product.url,
            "plain": True,
            "user": "gijiyoshi",
            "folder": FOLDER,
            "record_folder": RECORDS,
            **settings,
        }
    )
    return KINDS["alfresco"].open(config, secret, Reach(hosts=("127.0.0.1",), timeout_seconds=5))


def deliver(product: Product, of: Parcel | None = None, **settings: Any) -> Receipt:
    return connector(product, **settings).deliver(of or parcel())


def times(product: Product) -> dict[str, int]:
    return {step: product.asked.count(step) for step in ("createDocument", *STEPS)}


def test_each_file_becomes_a_completed_record_in_the_record_folder(product: Product) -> None:
    receipt = deliver(product)
    assert product.filed() == ALL
    assert receipt.places == tuple(f"{RECORDS}/{name}" for name in ALL) and not receipt.already
    assert receipt.notes == (
        "保存期間と満了時の措置は、記録分類の保存スケジュールによります。パッケージの満了日は付けていません。",
    )
    contents = [content for content, _ in FILES.values()]
    assert sorted(product.store.documents().values()) == sorted(contents)
    assert product.hosts == {f"127.0.0.1:{product.port}"}, "not the host that it writes into its addresses"


def test_the_same_parcel_again_changes_nothing(product: Product) -> None:
    deliver(product)
    before = times(product)
    receipt = deliver(product)
    assert receipt.already and receipt.places == tuple(f"{RECORDS}/{name}" for name in ALL)
    assert times(product) == before and product.filed() == ALL


@pytest.mark.parametrize("step", ["createDocument", *STEPS])
@pytest.mark.parametrize("fault", ["lose", b"{", 503])
def test_a_lost_step_is_taken_up_where_it_stands(product: Product, step: str, fault: Any) -> None:
    product.faults[step] = [None, fault]
    try:
        deliver(product)
    except Unreachable:
        deliver(product)
    assert product.filed() == ALL
    assert len(product.store.documents()) == 3
    expected = 4 if fault == 503 else 3  # a step that was refused is made again, one whose answer was lost is not
    assert times(product)[step] == expected
    assert not any(each.get("links") for each in product.records.values())


@settings(max_examples=10)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["object", "children", "createDocument", *STEPS]),
            st.integers(0, 2),
            st.sampled_from(["lose", 503, b"{"]),
        ),
        max_size=5,
    )
)
def test_whatever_fails_each_file_is_one_completed_record_in_the_end(faults: list[tuple[str, int, Any]]) -> None:
    with serving(Product()) as product:
        for what, later, fault in faults:
            product.faults = {what: [*[None] * later, fault]}
            with suppress(Unreachable):
                deliver(product)
        product.faults = {}
        deliver(product)
        assert deliver(product).already
        assert product.filed() == ALL and len(product.store.documents()) == 3


@pytest.mark.parametrize(
    ("trouble", "step", "remedy"),
    [
        ({"may_declare": False}, "記録の宣言", "記録を宣言する権限"),
        ({"may_file": False}, "記録フォルダーへのファイル", "読取りとファイル"),
        ({"mandatory": {"city:x"}}, "記録の完了", "必須の項目を埋め"),
        ({"on_hold": True}, "記録の完了", "保留"),
    ],
)
def test_a_refusal_names_its_step_and_what_a_records_manager_must_do(
    product: Product, trouble: dict[str, Any], step: str, remedy: str
) -> None:
    mended = {name: getattr(product, name) for name in trouble}
    for name, value in trouble.items():
        setattr(product, name, value)
    with pytest.raises(Refused) as refused:
        deliver(product)
    assert refused.value.where == step and step in refused.value.what and remedy in refused.value.remedy
    for name, value in mended.items():
        setattr(product, name, value)
    deliver(product)
    assert product.filed() == ALL and product.made() == 3


def test_a_record_that_a_records_manager_completed_is_as_good(product: Product) -> None:
    product.on_hold = True
    with pytest.raises(Refused):
        deliver(product)
    product.on_hold = False
    for each in product.records.values():
        each["completed"] = True
    deliver(product)
    assert product.filed() == ALL and times(product)["complete"] == 1 + 2


def test_a_record_that_lies_in_another_record_folder_is_not_linked_into_this_one(product: Product) -> None:
    product.may_file = False
    with pytest.raises(Refused):
        deliver(product)
    product.may_file = True
    (record,) = product.records.values()
    record["parent"] = product.other
    with pytest.raises(Refused, match="別の記録フォルダーにファイルされています"):
        deliver(product)
    assert "links" not in record


def test_completing_may_be_left_to_the_records_manager(product: Product) -> None:
    receipt = deliver(product, complete=False)
    assert set(product.filed().values()) == {"未完了"} and product.asked.count("complete") == 0
    assert receipt.notes[-1] == "記録は、完了にしていません。"
    assert deliver(product, complete=False).already


def test_a_record_of_that_name_with_other_bytes_is_left_alone(product: Product) -> None:
    deliver(product)
    other = {**FILES, f"{NAME}/議事要旨_公開版.pdf": (PDF + b"?", "application/pdf")}
    with pytest.raises(Refused, match=r"議事要旨_公開版 \(2026-0000000001\)\.pdf」がすでにあり、中身が異なります"):
        deliver(product, parcel(files=other))
    assert product.filed() == ALL and len(product.store.documents()) == 3


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/会議/審議会等/令和8年度", "ファイルプランに「会議/審議会等/令和8年度」がありません"),
        ("/総務/令和7年度", "ファイルプランに「総務」がありません"),
        ("/会議/審議会等", "「会議/審議会等」は記録分類です"),
        ("/会議/審議会等/令和7年度/下", "その中に記録フォルダーはありません"),
    ],
)
def test_the_record_folder_must_be_there(product: Product, path: str, said: str) -> None:
    for ask in (connector(product, record_folder=path).check, lambda: deliver(product, record_folder=path)):
        with pytest.raises(Refused, match=said):
            ask()
    assert product.store.documents() == {}


def test_a_closed_record_folder(product: Product) -> None:
    product.closed.add(product.target)
    with pytest.raises(Refused, match="閉じられています"):
        connector(product).check()


def test_alfresco_without_governance_services(product: Product) -> None:
    product.installed = False
    with pytest.raises(Refused, match="記録管理サイト（ファイルプラン）がありません"):
        connector(product).check()


def test_check_says_what_was_found_and_leaves_nothing(product: Product) -> None:
    before = dict(product.store.nodes)
    said = connector(product).check()
    assert "Alfresco Community" in said and "記録フォルダー「/会議/審議会等/令和7年度」も開いています" in said
    assert product.store.nodes == before and product.records == {}


def test_a_ticket_takes_the_place_of_the_password(product: Product) -> None:
    deliver(product, authentication="チケット")
    assert product.filed() == ALL and product.asked[0] == "tickets"
    with pytest.raises(Refused, match="サインインを受け付けません") as refused:
        connector(product, authentication="チケット", secret="wrong-one").check()
    assert "wrong-one" not in str(refused.value)


@pytest.mark.parametrize("answer", [b"{", b"[]", b'{"entry": {}}', b'{"entry": {"id": "\xe3\x81\x82"}}', 500])
def test_a_ticket_that_is_none(product: Product, answer: Any) -> None:
    product.faults["tickets"] = [answer]
    with pytest.raises(Unreachable, match="チケットを受け取れません"):
        connector(product, authentication="チケット").check()


def test_a_token_and_a_wrong_password(product: Product) -> None:
    product.tokens.add("eyJ.abc")
    assert connector(product, authentication="トークン", secret="eyJ.abc").check()
    with pytest.raises(Refused, match="サインインを受け付けません"):
        connector(product, secret="wrong").check()


@pytest.mark.parametrize("answer", [b"{", b"[]", b"<html>", b'{"list": {"entries": [1, {"entry": 2}]}}', 503])
def test_answers_of_records_management_that_say_nothing(product: Product, answer: Any) -> None:
    product.faults["categories"] = [answer]
    with pytest.raises((Unreachable, Refused)):
        connector(product).check()


def test_properties_of_an_aspect(product: Product) -> None:
    deliver(product, parcel(metadata()), secondary_types="P:cm:titled", properties="件名=cm:title")
    titles = [each.properties["cm:title"] for each in product.store.nodes.values() if each.content is not None]
    assert titles == ["第2回東京都CIO会議 議事要旨"] * 3


def test_every_field_of_the_form_is_in_japanese() -> None:
    assert_japanese(AlfrescoConfig)


NAMES = st.text(st.characters(blacklist_characters="/", blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=30)


@given(NAMES, st.integers(1, 10**13))
def test_the_name_of_a_record_is_known_by_the_name_of_its_file(name: str, number: int) -> None:
    identifier = f"2026-{number}"
    dot = name.rfind(".")
    stem, ending = (name[:dot], name[dot:]) if dot > 0 else (name, "")  # as RecordUtils puts it
    assert record_name(name, f"{stem} ({identifier}){ending}") and record_name(name, name)
    assert not record_name(name, f"{stem} ({identifier}){ending}x") and not record_name(name, f"x{name}")
