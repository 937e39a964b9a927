"""Text search: exactly what a scan over the folded texts finds, on both databases, in step with every change."""

from collections.abc import Sequence
from typing import Any

import pytest
from api_office import MEETING, TRANSCRIPT, Office, files
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from minutes.document import MinutesDocument
from minutes.folding import fold_key
from service.auth import Principal, Role
from service.db.account_tables import Account, Department
from service.db.base import now
from service.db.engine import reading, writing
from service.db.tables import DraftVersion, MeetingRow, Passage
from service.meetings.drafting import add_version
from service.search import rebuild, search
from service.search.index import make_equal
from service.search.marking import marked
from service.search.passages import Part, Wanted

ALPHABET = "予算防災市のカガｶﾞｶﾊﾟぱかがAaＡ１1㈱髙高御ご齋々ー・%_'\"*\\-:() 　"
TEXTS = st.text(ALPHABET, max_size=12)


class Undone(Exception):
    """Ends a transaction of which nothing is to be kept."""


def two_departments(session: Session) -> tuple[str, str, str]:
    """Two departments and an account."""
    rows = [Department(name=f"探す課{n}") for n in range(2)]
    account = Account(login="sagasu", display_name="探", password_hash="!")
    session.add_all([*rows, account])
    session.flush()
    return rows[0].id, rows[1].id, account.id


def stored(session: Session, department_id: str, account_id: str, title: str = "") -> str:
    row = MeetingRow(
        department_id=department_id,
        title=title,
        starts_at=now(),
        meeting_json="{}",
        profile="tokyo_cio",
        model="extractive",
        state="確認待ち",
        transcript_name="k",
        transcript_sha256="0" * 64,
        transcript=b"",
        created_by=account_id,
    )
    session.add(row)
    session.flush()
    return row.id


def wanted(texts: Sequence[tuple[str, bool]]) -> list[Wanted]:
    return [Wanted(Part.TRANSCRIPT, f"u{n:04}", text, closed=closed) for n, (text, closed) in enumerate(texts)]


def naive(query: str, texts: Sequence[tuple[str, bool]] | None, *, closed_too: bool) -> bool:
    words = [fold_key(word) for word in query.split() if fold_key(word)]
    seen = [fold_key(text) for text, closed in texts or () if closed_too or not closed]
    return bool(words) and all(any(word in text for text in seen) for word in words)


@given(
    before=st.lists(st.lists(st.tuples(TEXTS, st.booleans()), max_size=4), min_size=3, max_size=3),
    after=st.lists(st.lists(st.tuples(TEXTS, st.booleans()), max_size=4), min_size=3, max_size=3),
    queries=st.lists(TEXTS, min_size=1, max_size=4),
    data=st.data(),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_finds_what_a_scan_finds(
    engine: Engine,
    before: list[list[tuple[str, bool]]],
    after: list[list[tuple[str, bool]]],
    queries: list[str],
    data: st.DataObject,
) -> None:
    # Words that are there, too: random ones are mostly not.
    there = "".join(text for texts in after for text, _ in texts)
    if there:
        at = data.draw(st.integers(0, len(there) - 1))
        queries = [*queries, there[at : at + data.draw(st.integers(1, 4))]]
    with pytest.raises(Undone), writing(engine) as session:
        open_one, closed_one, account = two_departments(session)
        grants = frozenset({(open_one, Role.ADMINISTRATOR), (closed_one, Role.CHECKER)})
        person = Principal(account, "sagasu", "探", grants)
        places = [open_one, closed_one, closed_one]
        ids = [stored(session, place, account) for place in places]
        for state in (before, after):
            for meeting_id, place, texts in zip(ids, places, state, strict=True):
                make_equal(session, meeting_id, place, wanted(texts))
            for query in queries:
                expected = [
                    meeting_id
                    for meeting_id, place, texts in zip(ids, places, state, strict=True)
                    if naive(query, texts, closed_too=place == closed_one)
                ]
                found = search(session, person, query)
                assert [each.meeting_id for each in found.items] == expected[::-1], query
                for each in found.items:
                    for hit in each.hits:
                        assert any(piece.marked for piece in hit.pieces)
        raise Undone


@given(text=TEXTS, query=TEXTS)
@settings(max_examples=300, deadline=None)
def test_marks_stand_on_the_words(text: str, query: str) -> None:
    word = fold_key(query)
    pieces = marked(text, [word] if word else [], whole=True)
    assert "".join(piece.text for piece in pieces) == text
    shown = [fold_key(piece.text) for piece in pieces if piece.marked]
    assert bool(shown) == bool(word and word in fold_key(text))
    assert all(word in each for each in shown)


def test_a_long_text_is_cut_around_the_word() -> None:
    text = "あ" * 300 + "補正予算" + "い" * 300
    pieces = marked(text, ["補正予算"])
    shown = "".join(piece.text for piece in pieces)
    assert "補正予算" in [piece.text for piece in pieces if piece.marked]
    assert len(shown) < 130 and shown.startswith("…") and shown.endswith("…")


def found_by(office: Office, who: str, query: str) -> list[dict[str, Any]]:
    answer = office[who].get("/api/v1/search", params={"q": query})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def marks_of(item: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(hit["place"], [piece["text"] for piece in hit["text"] if piece["marked"]]) for hit in item["hits"]]


def test_the_title_is_found_before_there_is_a_draft(office: Office) -> None:
    meeting_id = office.upload().json()["id"]
    (found,) = found_by(office, "maker", "推進")
    assert found["meeting_id"] == meeting_id and found["hits"] == []
    assert [piece["text"] for piece in found["title"] if piece["marked"]] == ["推進"]
    assert found_by(office, "maker", "高齢") == []


def test_one_character_is_enough_and_words_may_stand_apart(office: Office) -> None:
    meeting_id = office.drafted()
    for query in ("予約", "市", "ﾃﾞｼﾞﾀﾙ", "でじたる", "予約 推進", "高齢　電話"):
        assert [each["meeting_id"] for each in found_by(office, "maker", query)] == [meeting_id], query
    assert found_by(office, "maker", "予約 存在しない") == []
    (found,) = found_by(office, "maker", "高齢")
    assert ("u0002", ["高齢"]) in marks_of(found)
    (hit,) = [each for each in found["hits"] if each["place"] == "u0002"]
    assert (hit["part"], hit["speaker"], hit["closed"]) == ("transcript", "青葉市 課長 森 健一", False)


def test_closed_talk_is_found_only_by_who_may_read_it(office: Office, other_office: Office) -> None:
    meeting_id = office.drafted()
    for word in ("落札", "一億二千万円", "落"):
        for who in ("maker", "checker", "approver", "auditor"):
            (found,) = found_by(office, who, word)
            assert found["meeting_id"] == meeting_id and all(hit["closed"] for hit in found["hits"])
        assert found_by(office, "admin", word) == [], word
    # Not even together with a word that they do find.
    assert found_by(office, "admin", "予約 落札") == [] and len(found_by(office, "checker", "予約 落札")) == 1
    for who in other_office.clients:
        assert found_by(other_office, who, "予約") == found_by(other_office, who, "落札") == []
    # The title of a closed item is public.
    assert len(found_by(office, "admin", "庁内システムの更改")) == 1


def sentence(office: Office, meeting_id: str) -> str:
    draft = office["maker"].get(f"/api/v1/meetings/{meeting_id}/draft").json()
    blocks = [block for section in draft["sections"] for block in section["blocks"] if block["sentences"]]
    return str(blocks[0]["sentences"][0]["id"])


def rows(office: Office) -> dict[int, tuple[str, str]]:
    with reading(office.engine) as session:
        return {row.id: (row.place, row.text) for row in session.scalars(select(Passage))}


def test_an_edit_renews_only_what_changed(office: Office) -> None:
    meeting_id = office.drafted()
    place = sentence(office, meeting_id)
    before = rows(office)
    address = f"/api/v1/meetings/{meeting_id}/draft/sentences/{place}"
    edited = office["maker"].patch(address, json={"text": "鯨の骨格標本を置く。"}, headers={"If-Match": '"1"'})
    assert edited.status_code == 200, edited.text
    after = rows(office)
    assert {row for key, row in after.items() if key not in before} == {(place, "鯨の骨格標本を置く。")}
    assert [row[0] for key, row in before.items() if key not in after] == [place]
    (found,) = found_by(office, "maker", "骨格標本")
    assert marks_of(found) == [(place, ["骨格標本"])]
    again = office["maker"].patch(address, json={"text": "海牛の模型を置く。"}, headers={"If-Match": '"2"'})
    assert again.status_code == 200
    assert found_by(office, "maker", "骨格標本") == [] and len(found_by(office, "maker", "海牛")) == 1


def test_a_version_and_its_index_are_kept_or_lost_together(office: Office) -> None:
    meeting_id = office.drafted()
    before = rows(office)
    with pytest.raises(Undone), writing(office.engine) as session:
        saved = session.scalars(select(DraftVersion).where(DraftVersion.meeting_id == meeting_id)).one()
        document = MinutesDocument.model_validate_json(saved.document)
        section = document.sections[0].model_copy(update={"heading": "1. 失われる見出し"})
        changed = document.model_copy(update={"sections": (section, *document.sections[1:])})
        add_version(session, meeting_id, 2, changed, change="試し", created_by=None)
        raise Undone
    assert rows(office) == before and found_by(office, "maker", "失われる見出し") == []


def test_a_rebuilt_index_finds_the_same(office: Office) -> None:
    office.drafted()
    office.upload()
    queries = ("予約", "市", "落札", "デジタル推進")
    before = {(who, q): found_by(office, who, q) for who in ("maker", "admin") for q in queries}
    told: list[tuple[int, int]] = []
    count = rebuild(office.engine, lambda done, total: told.append((done, total)))
    with reading(office.engine) as session:
        assert count == session.scalar(select(func.count()).select_from(MeetingRow)) == told[-1][0] == told[-1][1]
    assert before == {(who, q): found_by(office, who, q) for who in ("maker", "admin") for q in queries}


def test_results_come_page_by_page_newest_first(office: Office) -> None:
    made = []
    for n in range(5):
        sent = files(meeting=MEETING | {"title": f"第{n}分科会"}, transcript=TRANSCRIPT)
        made.append(office["maker"].post("/api/v1/meetings", files=sent).json()["id"])
    seen: list[str] = []
    before: int | None = None
    while True:
        given = {"q": "分科会", "limit": 2} | ({} if before is None else {"before": before})
        page = office["maker"].get("/api/v1/search", params=given).json()
        seen += [each["meeting_id"] for each in page["items"]]
        before = page["next_before"]
        if before is None:
            break
    assert seen == made[::-1]


@pytest.mark.parametrize("query", ["あ" * 201, " ".join("あいうえおかきくけこさ")])
def test_a_query_without_measure_is_refused(office: Office, query: str) -> None:
    answer = office["maker"].get("/api/v1/search", params={"q": query})
    assert answer.status_code == 422 and answer.json()["problems"][0]["where"] == "q"


def test_nothing_to_look_for_finds_nothing(office: Office) -> None:
    office.upload()
    for query in ("", "　", "\x00", "'\"*", "pairs : x"):
        assert found_by(office, "maker", query) == []
