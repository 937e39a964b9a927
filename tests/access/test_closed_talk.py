"""Closed talk stays with those who have the right to it: every word of it, in every response anybody else can get."""

import hashlib
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "drafting"))

from meeting_builder import Said, meeting, stages
from test_matrix import API, PAGES, send
from town_hall import CLOSED_WORDS, OWN, TownHall, Who, build, fail

from minutes.document import Finding, MinutesDocument, Place, ReadingNotice, Severity
from minutes.draft import with_findings
from minutes.profiles import load_profile
from minutes.public import closed_ids
from minutes.withheld import WITHHELD, withheld_text, withheld_view
from service.auth import Principal, Role
from service.db.approval_tables import SignOff
from service.db.comment_table import Comment
from service.db.engine import reading, writing
from service.db.record_tables import RecordDescription, Registration
from service.db.tables import DraftVersion, MeetingRow
from service.meetings.comments import comment, reply
from service.meetings.comments.places import spots
from service.meetings.comments.shown import Sight
from service.meetings.editing import assign_speaker, edit_sentence
from service.meetings.proposals import ask, proposals_of
from service.meetings.queries import current_draft, latest_job
from service.meetings.regeneration import mark_failed
from service.meetings.standing import Outcome
from service.search.passages import Part, passages_of

MAY = [Who(role, "総務課") for role in Role if role is not Role.ADMINISTRATOR]
MAY_NOT = [
    Who(Role.ADMINISTRATOR, "総務課"),
    Who(Role.ADMINISTRATOR, "総務課", frozenset({"read", "write", "approve"})),
    Who(Role.CHECKER, "総務課", frozenset({"write", "approve"})),
    Who(Role.CHECKER, "福祉課"),
    Who(Role.AUDITOR, "福祉課"),
    Who(None, "どこにも"),
]


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TownHall]:
    """With closed words in every place that a person or the program can put them."""
    made = build(tmp_path_factory.mktemp("closed"))
    checker = made.principal(Role.CHECKER)
    with reading(made.engine) as session:
        draft = current_draft(session, session.get_one(MeetingRow, made.meeting_id))
    assert draft is not None
    document = draft[1]
    first = document.sections[0].blocks[0].sentences[0]
    edit_sentence(made.engine, checker, made.meeting_id, first.id, "白鷺電算の見積りは三割安い。", if_match=1)
    assign_speaker(made.engine, checker, made.meeting_id, "密偵係", "mori", if_match=2)
    closed = next(each for each in document.utterances if each.closed)
    for place, words in (
        (closed.id, "三社でよいですか。"),
        (None, "白鷺電算の見積りは、ほかより三割も安いのでしょうか。"),
    ):
        talk = comment(made.engine, checker, made.meeting_id, text=f"@{OWN} 管理者 {words}", place=place)
        reply(made.engine, made.principal(Role.APPROVER), made.meeting_id, talk, text="落札のあとに伏せます。")
    talk = comment(made.engine, checker, made.meeting_id, text="語尾をそろえてください。")
    reply(made.engine, checker, made.meeting_id, talk, text="白鷺電算には、瑕疵の疑いで戒告した経緯があります。")
    with writing(made.engine) as session:
        session.execute(
            update(MeetingRow)
            .where(MeetingRow.id == made.meeting_id)
            .values(
                return_reason="白鷺電算には、瑕疵の疑いで戒告した経緯を書き添えてください。",
                corrects=made.failed_id,
                correction_reason="白鷺電算の見積りの額が誤っていたため。",
            )
        )
        session.add(
            SignOff(
                meeting_id=made.meeting_id,
                number=1,
                step="approval",
                step_name="承認",
                outcome=Outcome.RETURNED,
                to_step="check",
                account_id=checker.account_id,
                version=3,
                sha256="0" * 64,
                reason="瑕疵の疑いで戒告した経緯を書き添えてください。",
            )
        )
        session.add_all(written_of_the_record(made.meeting_id, checker.account_id))
        saved = session.query(DraftVersion).filter_by(meeting_id=made.meeting_id, version=3).one()
        document = MinutesDocument.model_validate_json(saved.document)
        noticed = document.model_copy(
            update={
                "notices": (
                    ReadingNotice(
                        place="6行目", what="「密偵係」の時刻を読めません。", remedy="直す。", utterance_id="u0006"
                    ),
                    ReadingNotice(
                        place="2行目", what="「落札」を読み飛ばしました。", remedy="直す。", utterance_id="u0002"
                    ),
                ),
                "findings": (
                    *document.findings,
                    Finding(
                        rule="D1", severity=Severity.WARN, message="瑕疵の発言です。", place=Place(utterance_id="u0007")
                    ),
                ),
            }
        )
        saved.document = noticed.model_dump_json()
        saved.sha256 = hashlib.sha256(saved.document.encode()).hexdigest()
    failed = ask(made.engine, made.app.state.settings, checker, made.meeting_id, made.open_turn_id, model=None)
    with writing(made.engine) as session:
        job = latest_job(session, failed.id)
        assert job is not None
        fail(job)
        mark_failed(session, failed.id, "input")
    yield made
    made.app.state.provider.close()
    made.engine.dispose()


def written_of_the_record(meeting_id: str, account_id: str) -> Iterator[RecordDescription | Registration]:
    """A clerk's words about the record, some of which are closed talk."""
    words = "白鷺電算には、瑕疵の疑いで戒告した経緯があります。"
    yield RecordDescription(
        meeting_id=meeting_id,
        content={
            "file": {"creator": "課長", "remarks": words, "retention_period": words},
            "item": {"openness_reason": words, "drafter": {"organisation": "総務課", "name": words}},
        },
        updated_by=account_id,
    )
    for no in (1, 2):
        yield Registration(
            meeting_id=meeting_id,
            no=no,
            document_number="8総第1号",
            number_key="8総第1号",
            decided_on=date(2026, 5, 26),
            decided_by="課長",
            remarks=words,
            source="form",
            registered_by=account_id,
        )


def everything(hall: TownHall, who: Who) -> Iterator[tuple[str, str]]:
    """What each reading route answers, in each of its forms, for the drafted meeting and for one that failed."""
    reads = [each for each in (*PAGES, *API) if each.method == "GET"]
    with hall.client(who) as client:
        for attempt in reads:
            for values in variants(attempt.route, hall):
                answer = send(hall, client, replace(attempt, values={**attempt.values, **values}))
                yield f"{attempt} {values}", readable(answer)
        for action in ("submit", "approve", "return", "cancel"):
            answer = client.post(
                f"/api/v1/meetings/{hall.meeting_id}/transitions",
                json={"action": action, "reason": "x"},
                headers={"If-Match": '"99"'},
            )
            yield action, readable(answer)
            answer = client.post(f"/meetings/{hall.meeting_id}/{action}", data={"version": 99, "reason": "x"})
            yield action, readable(answer)


def variants(route: str, hall: TownHall) -> Iterator[dict[str, str]]:
    if "{format}" in route:
        yield from ({"format": each} for each in ("docx", "txt", "html", "json", "pdf"))
    elif "{version}" in route:
        yield from ({"version": each} for each in "123")
    elif "{job_id}" in route:
        yield from ({"job_id": each} for each in (hall.job_id, hall.failed_job_id))
    elif "{proposal_id}" in route:
        with reading(hall.engine) as session:
            found = proposals_of(session, session.get_one(MeetingRow, hall.meeting_id))
        yield from ({"proposal_id": each.id} for each in found)
    elif "{meeting_id}" in route:
        yield from ({"meeting_id": each} for each in (hall.meeting_id, hall.failed_id))
    else:
        yield {}


def readable(answer: Any) -> str:
    if "wordprocessingml" in answer.headers.get("content-type", ""):
        return "\n".join(paragraph.text for paragraph in Document(BytesIO(answer.content)).paragraphs)
    return answer.content.decode("utf-8", "replace")


@pytest.mark.parametrize("who", MAY, ids=str)
def test_the_words_are_there_for_those_who_may(hall: TownHall, who: Who) -> None:
    """Otherwise their absence elsewhere would prove nothing."""
    texts = dict(everything(hall, who))
    both = {"一億二千万円", "三割", "三社", "1億2", "3割"}
    everywhere = "\n".join(texts.values())
    assert [word for word in CLOSED_WORDS if word not in everywhere and word not in both] == []
    assert any(word in everywhere for word in ("一億二千万円", "1億2"))
    page = next(text for name, text in texts.items() if name.startswith("GET /meetings/{meeting_id} "))
    assert "白鷺" in page and "表示しています。見る必要が" not in page


@pytest.mark.parametrize("who", MAY_NOT, ids=str)
def test_no_word_of_it_reaches_anybody_else(hall: TownHall, who: Who) -> None:
    found = [(name, word) for name, text in everything(hall, who) for word in CLOSED_WORDS if word in text]
    assert found == []


def looked_for(hall: TownHall, who: Who, words: str) -> list[str]:
    """Where the search finds the words; the page and the API must find the same number of meetings."""
    with hall.client(who) as client:
        found = client.get("/api/v1/search", params={"q": words}).json()["items"]
        if who.scopes is None:
            page = client.get("/search", params={"q": words}).text
            assert page.count('class="card result"') == len(found)
    return [hit["place"] for each in found for hit in each["hits"]]


@pytest.mark.parametrize("who", MAY_NOT, ids=str)
def test_no_word_of_it_is_found_by_anybody_else(hall: TownHall, who: Who) -> None:
    """Not in the text, not by a count, not beside a word that anybody finds, and not what a sentence quotes of it."""
    assert [word for word in CLOSED_WORDS if looked_for(hall, who, word)] == []
    assert [word for word in CLOSED_WORDS if looked_for(hall, who, f"窓口 {word}")] == []
    if who.department == "総務課" and who.scopes != {"write", "approve"}:
        assert looked_for(hall, who, "高齢の方") != []


@pytest.mark.parametrize("who", MAY, ids=str)
def test_those_who_may_read_it_find_it(hall: TownHall, who: Who) -> None:
    assert {"u0006", "u0007"} <= set(looked_for(hall, who, "白鷺電算"))
    assert looked_for(hall, who, "窓口 戒告") != []


def test_where_closed_talk_begins_is_not_known_all_talk_is_closed_to_the_search(hall: TownHall) -> None:
    with reading(hall.engine) as session:
        draft = current_draft(session, session.get_one(MeetingRow, hall.meeting_id))
    assert draft is not None
    unsure = Finding(rule="G7", severity=Severity.ERROR, message="始まりが分かりません。", place=Place(agenda_no=2))
    document = draft[1].model_copy(update={"findings": (*draft[1].findings, unsure)})
    said = [each for each in passages_of(document) if each.part is Part.TRANSCRIPT]
    assert said and all(each.closed for each in said)
    assert not all(each.closed for each in passages_of(draft[1]) if each.part is Part.TRANSCRIPT)


def test_reasons_on_the_chain_are_withheld_only_where_they_quote(hall: TownHall) -> None:
    shown = {}
    for role in (Role.CHECKER, Role.ADMINISTRATOR):
        with hall.client(Who(role, "総務課")) as client:
            chain = client.get(f"/api/v1/meetings/{hall.meeting_id}/chain").json()
            correction = client.get(f"/api/v1/meetings/{hall.meeting_id}").json()["correction_reason"]
            page = client.get(f"/meetings/{hall.meeting_id}").text
        shown[role] = ([each["reason"] for each in chain["history"]], correction)
        assert all(words in page for words in (*shown[role][0], correction))
    assert shown[Role.ADMINISTRATOR] == ([WITHHELD], WITHHELD)
    assert shown[Role.CHECKER] == (
        ["瑕疵の疑いで戒告した経緯を書き添えてください。"],
        "白鷺電算の見積りの額が誤っていたため。",
    )


def test_a_mark_stands_where_it_was(hall: TownHall) -> None:
    who = Who(Role.ADMINISTRATOR, "総務課")
    with hall.client(who) as client:
        page = client.get(f"/meetings/{hall.meeting_id}").text
        draft = MinutesDocument.model_validate_json(client.get(f"/api/v1/meetings/{hall.meeting_id}/draft").content)
        transcript = client.get(f"/api/v1/meetings/{hall.meeting_id}/transcript").json()
        waiting = client.get(f"/api/v1/meetings/{hall.failed_id}/transcript").json()
        versions = client.get(f"/api/v1/meetings/{hall.meeting_id}/versions").json()
    assert "非公開の議事の内容は、「（非公開）」と表示しています" in page and "高齢の方が窓口に" in page
    assert page.count("発言者確認中") == 1, "only as a choice of the filter"
    closed = [each for each in draft.utterances if each.closed]
    assert len(closed) == 4 and {(each.text, each.label, each.attendee_id) for each in closed} == {
        (WITHHELD, None, None)
    }
    assert [block.title for block in draft.sections[1].blocks] == [WITHHELD]
    assert [each["text"] for each in transcript["utterances"]].count(WITHHELD) == 4
    assert {each["text"] for each in waiting["utterances"]} == {WITHHELD}, "no draft says what is closed"
    assert "発言者の確定（非公開）" in {each["change"] for each in versions}
    assert {each.what for each in draft.notices} == {WITHHELD}


def test_a_proposal_is_there_but_not_its_sentences(hall: TownHall) -> None:
    address = f"/api/v1/meetings/{hall.meeting_id}/proposals/{hall.proposal_id}"
    with hall.client(Who(Role.CHECKER, "総務課")) as client:
        whole = client.get(address).json()
    with hall.client(Who(Role.ADMINISTRATOR, "総務課")) as client:
        shown = client.get(address).json()
        failed = client.get(f"/api/v1/meetings/{hall.meeting_id}/proposals").json()[0]
    assert (whole["state"], shown["state"]) == ("ready", "ready")
    assert whole["sentences"] and whole["card"]
    assert (shown["sentences"], shown["findings"], shown["card"]) == ([], [], None)
    assert (failed["state"], failed["job"]["error"]) == ("failed", "案を作れませんでした。理由（非公開）")


# --- whatever was said, wherever it is closed, whoever wrote the sentences

WORDS = st.text("あいうえか費用七億1２Aｱ、。 　", min_size=9, max_size=40)


@st.composite
def drafts(draw: st.DrawFn) -> MinutesDocument:
    disclosures = draw(st.lists(st.sampled_from(["public", "closed", "partial"]), min_size=1, max_size=4))
    agenda: list[dict[str, Any]] = [
        {"no": no, "title": f"議題{no}", "kind": draw(st.sampled_from(["greeting", "report", "discussion"])),
         "presenter_ids": ["takano"], "subitems": [], "disclosure": disclosure, "reason": None}
        for no, disclosure in enumerate(disclosures, 1)
    ]  # fmt: skip
    said = []
    for item in agenda:
        for _ in range(draw(st.integers(0, 3))):
            texts = draw(st.lists(WORDS, min_size=1, max_size=2))
            closed = item["disclosure"] == "closed" or (item["disclosure"] == "partial" and draw(st.booleans()))
            sentences = draw(st.lists(st.tuples(WORDS | st.sampled_from(texts), st.just([0])), max_size=2))
            said.append(Said("takano", texts, sentences, "意見", item["no"], closed=closed, label="話者"))
    document = stages(said, of=meeting(agenda=agenda)).document()
    return with_findings(document, load_profile(document.profile))


@given(drafts())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_any_draft_keeps_its_shape_and_loses_its_closed_talk(document: MinutesDocument) -> None:
    shown = withheld_view(document)
    assert MinutesDocument.model_validate_json(shown.model_dump_json()) == shown
    assert [each.id for each in shown.utterances] == [each.id for each in document.utterances]
    assert [each.utterance_id for each in shown.dispositions] == [each.id for each in document.utterances]
    for before, after in zip(document.utterances, shown.utterances, strict=True):
        assert after.text == (WITHHELD if after.closed else before.text)
        assert after.closed or not before.closed
    open_ids = {each.id for each in shown.utterances if not each.closed}
    for section in shown.sections:
        for block in section.blocks:
            for sentence in block.sentences:
                assert sentence.text == WITHHELD or set(sentence.evidence) <= open_ids
    assert withheld_view(shown).sections == shown.sections


@given(drafts())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_comments_go_with_what_they_are_about(document: MinutesDocument) -> None:
    """On every sentence, block and utterance there is."""
    row = MeetingRow(department_id="d1")
    reader = Principal("a1", "kanri", "管理者", frozenset({("d1", Role.ADMINISTRATOR)}))
    shown = withheld_view(document)
    blocks = [block for section in document.sections for block in section.blocks]
    ids = [each.id for each in (*document.utterances, *blocks, *(s for block in blocks for s in block.sentences))]
    rows = []
    there, seen_there = spots(document), spots(shown)
    for place in ids:
        about = there[place]
        rows.append(
            Comment(
                id=place, place=place, quote=about.quote, evidence=list(about.evidence), text="要確認", created_by="a2"
            )
        )
    sight = Sight(reader, row, document, rows)
    for each in rows:
        seen = seen_there.get(each.place or "")
        if not sight.hides(each):
            assert seen is not None and seen.quote == each.quote
        elif seen is not None and seen.quote == each.quote and WITHHELD not in seen.quote:
            # Nothing is hidden without a reason: some of what it rests on is closed, or its words are.
            assert not closed_ids(document).isdisjoint(each.evidence) or withheld_text(document, each.quote) == WITHHELD


def test_while_a_boundary_is_guessed_all_talk_is_withheld() -> None:
    agenda = [
        {"no": 1, "title": "議題1", "kind": "discussion", "presenter_ids": [], "disclosure": "public"},
        {"no": 2, "title": "議題2", "kind": "discussion", "presenter_ids": [], "disclosure": "closed"},
    ]
    said = [Said("takano", ["予約制を広げていく考えです。"], [("予約制を広げる考えである。", [0])], "意見", 1)]
    document = stages(said, of=meeting(agenda=agenda)).document()
    sure = withheld_view(document)
    assert sure.utterances[0].text == "予約制を広げていく考えです。"
    guessed = document.model_copy(
        update={"findings": (Finding(rule="G7", severity=Severity.ERROR, message="境目", place=Place(agenda_no=2)),)}
    )
    assert withheld_view(guessed).utterances[0].text == WITHHELD
    assert "予約制" not in withheld_view(guessed).model_dump_json()


def test_a_meeting_without_closed_talk_is_shown_as_it_is() -> None:
    agenda = [{"no": 1, "title": "議題1", "kind": "discussion", "presenter_ids": [], "disclosure": "public"}]
    said = [Said("takano", ["予約制を広げていく考えです。"], [("予約制を広げる考えである。", [0])], "意見", 1)]
    document = stages(said, of=meeting(agenda=agenda)).document()
    assert withheld_view(document) is document
