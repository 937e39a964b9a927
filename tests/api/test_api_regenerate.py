"""One turn written again by REST: asked for, made by a real job, read, taken or discarded, and all of it on record."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from api_office import MEETING, TRANSCRIPT, Office, files, make_office
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import Engine, func, select

from minutes.unit import LeftOut, SummarySentence, Unit, UnitSummary
from models.base import SummaryModel
from models.extractive import ExtractiveModel
from service.app import create_app
from service.db.engine import reading, writing
from service.db.tables import AuditEvent, Job, ProposalRow
from service.jobs import leases
from workers.regenerating import Regenerating
from workers.runner import Outcome, run_job
from workers.works import works

KEY = "kagi-himitsu-4711"
ANSWERED = {
    **MEETING,
    "roster": [*MEETING["roster"], {"id": "takagi", "name": "高木 涼", "org": "企画部", "post": "係長", "side": "own"}],
}
"""Somebody besides the chair answers, and speaks behind closed doors."""
TALK = TRANSCRIPT.replace("○小野部長　電話", "○高木係長　電話").replace("○小野部長　落札", "○高木係長　落札")


@pytest.fixture
def office(app: FastAPI) -> Iterator[Office]:
    """With a model server that is set up: no request of these tests goes there, workers get their models otherwise."""
    settings = app.state.settings.model_copy(
        update={
            "openai_base_url": "http://model.invalid/v1",
            "openai_model": "m-7b",
            "openai_api_key": SecretStr(KEY),
        }
    )
    more = create_app(settings)
    made = make_office(more)
    yield made
    for client in made.clients.values():
        client.close()
    more.state.engine.dispose()


def base_of(meeting_id: str) -> str:
    return f"/api/v1/meetings/{meeting_id}"


class Brief(ExtractiveModel):
    """Writes one sentence for each unit: another wording than the draft has."""

    def condense(self, units: Any, *, cancelled: Any) -> Iterator[UnitSummary]:
        for unit in units:
            yield brief(unit)


class Broken(ExtractiveModel):
    def condense(self, units: Any, *, cancelled: Any) -> Iterator[UnitSummary]:
        raise KeyError(units[0].utterances[0].text)


def brief(unit: Unit) -> UnitSummary:
    first, *rest = unit.utterances
    words = "電話での予約も受け付ける。" if "電話" in first.text else "予約制への懸念はないか。"
    return UnitSummary(
        unit_id=unit.id,
        sentences=(SummarySentence(text=words, evidence=(first.id,)),),
        left_out=tuple((each.id, LeftOut.CONDENSED) for each in rest),
    )


def drafted(office: Office) -> str:
    answer = office["maker"].post("/api/v1/meetings", files=files(meeting=ANSWERED, transcript=TALK))
    office.run(answer.json()["job_id"])
    return str(answer.json()["id"])


def turn_with(office: Office, meeting_id: str, words: str) -> str:
    """The turn of the draft in which these words were said."""
    draft = office["maker"].get(f"{base_of(meeting_id)}/draft").json()
    said = next(u["id"] for u in draft["utterances"] if words in u["text"])
    return next(str(turn["id"]) for turn in draft["turns"] if said in turn["utterance_ids"])


def ask(
    office: Office, meeting_id: str, turn: str, *, who: str = "maker", model: str | None = None, **headers: str
) -> Any:
    body = {} if model is None else {"model": model}
    return office[who].post(f"{base_of(meeting_id)}/draft/turns/{turn}/regenerate", json=body, headers=headers)


def run(office: Office, proposal: dict[str, Any], model: SummaryModel) -> Outcome:
    return run_job(office.engine, office.app.state.settings, proposal["job"]["id"], works(lambda _: model))


def made(office: Office, meeting_id: str, turn: str, model: SummaryModel | None = None) -> dict[str, Any]:
    """A proposal that waits to be decided on."""
    answer = ask(office, meeting_id, turn, model="openai")
    assert answer.status_code == 202, answer.text
    assert run(office, answer.json(), model or Brief()) is Outcome.SUCCEEDED
    found: dict[str, Any] = office["maker"].get(answer.headers["location"]).json()
    return found


def decide(office: Office, proposal: dict[str, Any], decision: str, *, who: str = "maker", version: int = 1) -> Any:
    path = f"{base_of(proposal['meeting_id'])}/proposals/{proposal['id']}/{decision}"
    return office[who].post(path, headers={"If-Match": f'"{version}"'} if decision == "take" else {})


def sentences(office: Office, meeting_id: str) -> list[str]:
    draft = office["maker"].get(f"{base_of(meeting_id)}/draft").json()
    return [s["text"] for section in draft["sections"] for b in section["blocks"] for s in b["sentences"]]


def test_asking_inserts_rows_and_changes_nothing_else(office: Office) -> None:
    meeting_id = drafted(office)
    turn = turn_with(office, meeting_id, "電話での予約")
    before, draft = office.counts(), office["maker"].get(f"{base_of(meeting_id)}/draft").json()
    answer = ask(office, meeting_id, turn, model="openai")
    assert answer.status_code == 202, answer.text
    body = answer.json()
    assert (body["state"], body["turn_id"], body["model"], body["base_version"]) == ("requested", turn, "openai", 1)
    assert (body["job"]["kind"], body["job"]["state"], body["job"]["meeting_id"]) == (
        "regenerate",
        "queued",
        meeting_id,
    )
    assert body["sentences"] == [] and body["card"] is None
    assert answer.headers["location"] == f"{base_of(meeting_id)}/proposals/{body['id']}"
    after = office.counts()
    assert {n for n in after if after[n] != before[n]} == {"proposal", "job", "audit_event"}
    assert office["maker"].get(f"{base_of(meeting_id)}/draft").json() == draft
    assert office["maker"].get(base_of(meeting_id)).json()["job"]["kind"] == "draft", "the meeting's job is its draft"
    assert office["maker"].get(f"/api/v1/jobs/{body['job']['id']}").json() == body["job"]


def test_from_the_request_to_the_version_it_was_taken_into(office: Office) -> None:
    meeting_id = drafted(office)
    turn = turn_with(office, meeting_id, "電話での予約")
    proposal = made(office, meeting_id, turn)
    assert proposal["state"] == "ready" and proposal["replaced"] == ""
    assert [s["text"] for s in proposal["sentences"]] == ["電話での予約も受け付ける。"]
    assert proposal["card"]["name"] == "extractive"
    other = next(s for s in sentences(office, meeting_id) if "高齢" in s)
    draft = office["maker"].get(f"{base_of(meeting_id)}/draft").json()
    elsewhere = next(
        s["id"]
        for section in draft["sections"]
        for b in section["blocks"]
        for s in b["sentences"]
        if s["text"] == other
    )
    mended = office["checker"].patch(
        f"{base_of(meeting_id)}/draft/sentences/{elsewhere}",
        json={"text": "高齢の方は困らないか。"},
        headers={"If-Match": '"1"'},
    )
    assert mended.status_code == 200
    assert decide(office, proposal, "take", version=1).status_code == 412, "somebody has edited meanwhile"
    taken = decide(office, proposal, "take", version=2)
    assert taken.status_code == 200, taken.text
    assert (taken.headers["etag"], taken.json()["version"]) == ('"3"', 3)
    assert turn in taken.json()["change"] and "openai" in taken.json()["change"]
    now = sentences(office, meeting_id)
    assert "電話での予約も受け付ける。" in now and "高齢の方は困らないか。" in now
    assert not any("枠を" in each for each in now)
    settled = office["maker"].get(f"{base_of(meeting_id)}/proposals/{proposal['id']}").json()
    assert (settled["state"], settled["taken_version"]) == ("taken", 3)
    assert settled["decided_by"] == office.accounts["maker"]
    assert decide(office, proposal, "take", version=3).status_code == 409
    assert office["maker"].get(f"{base_of(meeting_id)}/versions/1").json() == draft
    newest = office["maker"].get(f"{base_of(meeting_id)}/draft").json()
    assert [each["turn_id"] for each in newest["provenance"]["rewritten"]] == [turn]
    assert office.audited(meeting_id)[-3:] == ["system:proposal:ready", "user:draft:edited", "user:proposal:taken"]


def test_who_takes_a_proposal_has_edited_and_does_not_approve(office: Office) -> None:
    meeting_id = drafted(office)
    named = {"label": "話者３", "attendee_id": "mori"}
    office["maker"].post(f"{base_of(meeting_id)}/speakers", json=named, headers={"If-Match": '"1"'})
    proposal = made(office, meeting_id, turn_with(office, meeting_id, "電話での予約"))
    assert decide(office, proposal, "take", who="everything", version=2).status_code == 200
    submitted = office["maker"].post(f"{base_of(meeting_id)}/transitions", json={"action": "submit"})
    assert submitted.status_code == 200, submitted.text
    refused = office["everything"].post(f"{base_of(meeting_id)}/transitions", json={"action": "approve"})
    assert (refused.status_code, refused.json()["category"]) == (403, "separation_of_duties")


def test_a_confirmed_speaker_is_the_one_it_is_written_for(office: Office) -> None:
    meeting_id = drafted(office)
    turn = turn_with(office, meeting_id, "市民センター")
    assert made(office, meeting_id, turn)["attendee_id"] is None
    (first,) = office["maker"].get(f"{base_of(meeting_id)}/proposals").json()
    assert decide(office, first, "discard").status_code == 200
    named = {"label": "話者３", "attendee_id": "mori"}
    office["maker"].post(f"{base_of(meeting_id)}/speakers", json=named, headers={"If-Match": '"1"'})
    assert made(office, meeting_id, turn)["attendee_id"] == "mori"


def test_a_discarded_proposal_leaves_the_draft_and_stays_on_record(office: Office) -> None:
    meeting_id = drafted(office)
    turn = turn_with(office, meeting_id, "電話での予約")
    before = sentences(office, meeting_id)
    proposal = made(office, meeting_id, turn)
    assert ask(office, meeting_id, turn).status_code == 409, "one is undecided"
    gone = decide(office, proposal, "discard")
    assert (gone.status_code, gone.json()["state"]) == (200, "discarded")
    assert decide(office, proposal, "discard").status_code == decide(office, proposal, "take").status_code == 409
    assert sentences(office, meeting_id) == before
    assert ask(office, meeting_id, turn).status_code == 202
    assert [each["state"] for each in office["maker"].get(f"{base_of(meeting_id)}/proposals").json()] == [
        "requested",
        "discarded",
    ]


def test_a_run_that_fails_says_why_and_leaves_the_draft(office: Office) -> None:
    meeting_id = drafted(office)
    turn = turn_with(office, meeting_id, "電話での予約")
    before = sentences(office, meeting_id)
    proposal = ask(office, meeting_id, turn, model="openai").json()
    with writing(office.engine) as session:
        session.get_one(Job, proposal["job"]["id"]).max_attempts = 1
    assert run(office, proposal, Broken()) is Outcome.FAILED
    failed = office["maker"].get(f"{base_of(meeting_id)}/proposals/{proposal['id']}").json()
    assert (
        failed["state"] == "failed" and "予期しない" in failed["job"]["error"] and "電話" not in failed["job"]["error"]
    )
    assert sentences(office, meeting_id) == before
    assert office["maker"].get(base_of(meeting_id)).json()["state"] == "確認待ち"
    refused = decide(office, failed, "take")
    assert refused.status_code == 409
    again = office["maker"].post(f"/api/v1/jobs/{proposal['job']['id']}/run-again")
    assert again.status_code == 409 and "regenerate" in again.json()["detail"]
    assert ask(office, meeting_id, turn).status_code == 202


def test_a_job_that_is_cancelled_ends_its_proposal_and_not_the_meeting(office: Office) -> None:
    meeting_id = drafted(office)
    proposal = ask(office, meeting_id, turn_with(office, meeting_id, "電話での予約")).json()
    assert decide(office, proposal, "take").status_code == 409, "it is not there yet"
    cancelled = office["maker"].post(f"/api/v1/jobs/{proposal['job']['id']}/cancel")
    assert (cancelled.status_code, cancelled.json()["state"]) == (202, "cancelled")
    assert office["maker"].get(f"{base_of(meeting_id)}/proposals/{proposal['id']}").json()["state"] == "cancelled"
    assert office["maker"].get(base_of(meeting_id)).json()["state"] == "確認待ち"
    assert run(office, proposal, Brief()) is Outcome.NOT_CLAIMED
    assert office["maker"].post(f"/api/v1/jobs/{proposal['job']['id']}/cancel").status_code == 409


def test_models_and_turns_that_cannot_be_are_refused_and_nothing_is_stored(office: Office) -> None:
    meeting_id = drafted(office)
    open_turn, closed_turn = (turn_with(office, meeting_id, w) for w in ("電話での予約", "落札の見込み"))
    unplanned = turn_with(office, meeting_id, "次に議題の２")
    before = office.counts()
    strange = ask(office, meeting_id, open_turn, model="gpt-9")
    assert strange.status_code == 422 and strange.json()["problems"][0]["where"] == "model"
    assert "extractive" in strange.json()["detail"] and "openai" in strange.json()["detail"]
    closed = ask(office, meeting_id, closed_turn, model="openai")
    assert closed.status_code == 403 and "送らない設定" in closed.json()["detail"]
    assert "extractive" in closed.json()["detail"]
    assert ask(office, meeting_id, "t9999").status_code == 404
    assert ask(office, meeting_id, unplanned).status_code == 409
    assert ask(office, meeting_id, open_turn, **{"If-Match": '"7"'}).status_code == 412
    assert ask(office, meeting_id, open_turn, model="\x00").status_code == 422
    assert office["maker"].get(f"{base_of(meeting_id)}/proposals/none").status_code == 404
    assert office.counts() == before
    assert ask(office, meeting_id, closed_turn, model="extractive").status_code == 202


def test_what_may_not_be_edited_is_not_written_again_either(office: Office) -> None:
    meeting_id = drafted(office)
    turn = turn_with(office, meeting_id, "電話での予約")
    named = {"label": "話者３", "attendee_id": "mori"}
    office["maker"].post(f"{base_of(meeting_id)}/speakers", json=named, headers={"If-Match": '"1"'})
    proposal = made(office, meeting_id, turn)
    office["maker"].post(f"{base_of(meeting_id)}/transitions", json={"action": "submit"})
    assert ask(office, meeting_id, turn).status_code == 409
    assert decide(office, proposal, "take", version=2).status_code == 409
    untouched = office["maker"].get(f"{base_of(meeting_id)}/proposals/{proposal['id']}").json()
    assert untouched["state"] == "ready", "a refused edit decides nothing"


def test_two_who_ask_at_once_get_one_proposal(office: Office) -> None:
    meeting_id = drafted(office)
    turn = turn_with(office, meeting_id, "電話での予約")
    with ThreadPoolExecutor(6) as pool:
        codes = sorted(
            pool.map(lambda n: ask(office, meeting_id, turn, who=("maker", "checker")[n % 2]).status_code, range(6))
        )
    assert codes == [202, 409, 409, 409, 409, 409]
    with reading(office.engine) as session:
        query = select(func.count()).select_from(ProposalRow).where(ProposalRow.meeting_id == meeting_id)
        assert session.scalar(query) == 1


def test_another_office_learns_nothing(office: Office, other_office: Office) -> None:
    meeting_id = drafted(office)
    proposal = made(office, meeting_id, turn_with(office, meeting_id, "電話での予約"))
    mine, theirs = drafted(office), other_office["everything"]
    for path in (f"/proposals/{proposal['id']}", "/proposals", "/model-calls"):
        assert theirs.get(base_of(meeting_id) + path).status_code == 404
    assert theirs.post(f"{base_of(meeting_id)}/proposals/{proposal['id']}/discard").status_code == 404
    assert theirs.get(f"/api/v1/jobs/{proposal['job']['id']}").status_code == 404
    wrong_meeting = office["maker"].get(f"{base_of(mine)}/proposals/{proposal['id']}")
    assert wrong_meeting.status_code == 404


def test_the_model_of_a_meeting_is_chosen_at_upload_among_those_set_up(office: Office) -> None:
    chosen = office["maker"].post("/api/v1/meetings", files=files(), data={"model": "openai"})
    assert chosen.status_code == 202
    assert office["maker"].get(base_of(chosen.json()["id"])).json()["model"] == "openai"
    strange = office["maker"].post("/api/v1/meetings", files=files(), data={"model": "gpt-9"})
    assert strange.status_code == 422 and "extractive、openai" in strange.json()["detail"]


def test_a_failed_draft_is_run_again_with_another_model(office: Office) -> None:
    made = office["maker"].post("/api/v1/meetings", files=files(), data={"model": "openai"}).json()
    with writing(office.engine) as session:
        session.get_one(Job, made["job_id"]).max_attempts = 1
    assert (
        run_job(office.engine, office.app.state.settings, made["job_id"], works(lambda _: Broken())) is Outcome.FAILED
    )
    path = f"{base_of(made['id'])}/transitions"
    strange = office["maker"].post(path, json={"action": "run_again", "model": "gpt-9"})
    assert strange.status_code == 422
    wrong = office["maker"].post(path, json={"action": "cancel", "model": "extractive"})
    assert wrong.status_code == 422 and wrong.json()["problems"][0]["where"] == "model"
    again = office["maker"].post(path, json={"action": "run_again", "model": "extractive"})
    assert (again.status_code, again.json()["model"]) == (200, "extractive")
    office.run(again.json()["job"]["id"])
    assert sentences(office, made["id"])


# --- the record of the runs


def calls(office: Office, meeting_id: str, who: str = "auditor", **query: Any) -> Any:
    return office[who].get(f"{base_of(meeting_id)}/model-calls", params=query)


def test_every_run_is_on_record_with_the_version_its_sentences_went_into(office: Office) -> None:
    meeting_id = drafted(office)
    turn = turn_with(office, meeting_id, "電話での予約")
    discarded = made(office, meeting_id, turn)
    decide(office, discarded, "discard")
    taken = made(office, meeting_id, turn)
    assert decide(office, taken, "take").status_code == 200
    runs = [each for each in calls(office, meeting_id).json()["items"] if each["turn_id"] == turn]
    assert [(each["proposal_id"], each["proposal_state"], each["version"]) for each in runs] == [
        (None, None, 1),
        (discarded["id"], "discarded", None),
        (taken["id"], "taken", 2),
    ]
    assert all(each["card"]["name"] == "extractive" and each["program_version"] for each in runs)
    assert [s["text"] for s in runs[2]["sentences"]] == ["電話での予約も受け付ける。"]


def test_the_record_is_paged_and_each_look_at_it_is_audited(office: Office) -> None:
    meeting_id = drafted(office)
    whole = calls(office, meeting_id).json()
    assert whole["next_cursor"] is None and len(whole["items"]) >= 3
    seen, cursor = [], None
    while True:
        page = calls(office, meeting_id, limit=2, **({"cursor": cursor} if cursor else {})).json()
        seen += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == whole["items"]
    assert [each["turn_id"] for each in seen] == sorted(each["turn_id"] for each in seen)
    assert office.audited(meeting_id).count("user:provenance:read") == 1 + -(-len(seen) // 2)
    other = calls(office, drafted(office), limit=1).json()["next_cursor"]
    assert calls(office, meeting_id, cursor=other).status_code == 422
    assert calls(office, meeting_id, cursor="none").status_code == 422
    with reading(office.engine) as session:
        query = select(AuditEvent.detail).where(AuditEvent.event == "user:provenance:read")
        assert not any("予約" in str(detail) for detail in session.scalars(query))


def test_a_run_of_another_model_that_failed_is_not_taken_for_the_draft(office: Office) -> None:
    class Other(Brief):
        def describe(self) -> Any:
            return super().describe().model_copy(update={"name": "other"})

        def condense(self, units: Any, *, cancelled: Any) -> Iterator[UnitSummary]:
            yield brief(units[0])
            raise KeyError("x")

    made = office.upload().json()
    with writing(office.engine) as session:
        session.get_one(Job, made["job_id"]).max_attempts = 1
    assert run_job(office.engine, office.app.state.settings, made["job_id"], works(lambda _: Other())) is Outcome.FAILED
    again = office["maker"].post(f"{base_of(made['id'])}/transitions", json={"action": "run_again"})
    office.run(again.json()["job"]["id"])
    runs = calls(office, made["id"]).json()["items"]
    assert [each["version"] for each in runs if each["card"]["name"] == "other"] == [None]
    assert {each["version"] for each in runs if each["card"]["name"] == "extractive"} == {1}


def test_raw_output_is_in_no_export_and_the_key_is_nowhere(office: Office) -> None:
    meeting_id = drafted(office)
    proposal = made(office, meeting_id, turn_with(office, meeting_id, "電話での予約"))
    told = [
        calls(office, meeting_id).text,
        office["maker"].get(f"{base_of(meeting_id)}/proposals/{proposal['id']}").text,
        office["auditor"].get("/api/v1/audit", params={"limit": 1000}).text,
        ask(office, meeting_id, "t9999").text,
    ]
    exported = office["auditor"].get(f"{base_of(meeting_id)}/exports/full.json").text
    public = office["maker"].get(f"{base_of(meeting_id)}/exports/public.json").text
    assert all(KEY not in each for each in [*told, exported, public])
    assert '"calls"' in told[0] and '"calls"' not in exported + public
    assert TALK.splitlines()[-1][6:20] in exported and TALK.splitlines()[-1][6:20] not in public


def test_a_killed_worker_leaves_what_it_saved_to_the_next(office: Office, engine: Engine) -> None:
    meeting_id = drafted(office)
    proposal = ask(office, meeting_id, turn_with(office, meeting_id, "電話での予約"), model="openai").json()
    asked: list[str] = []

    class Counting(Brief):
        def condense(self, units: Any, *, cancelled: Any) -> Iterator[UnitSummary]:
            for unit in units:
                asked.append(unit.id)
                yield brief(unit)

    claim = leases.claim(office.engine, proposal["job"]["id"], "killed", 60)
    assert claim is not None
    Regenerating(lambda _: Counting()).perform(office.engine, office.app.state.settings, claim, lambda: False)
    with writing(office.engine) as session:
        job = session.get_one(Job, proposal["job"]["id"])
        job.lease_until = job.created_at
    assert run(office, proposal, Counting()) is Outcome.SUCCEEDED
    assert len(asked) == 1
    read = office["maker"].get(f"{base_of(meeting_id)}/proposals/{proposal['id']}").json()
    assert (read["state"], read["job"]["attempt"]) == ("ready", 2)


def test_with_a_cancelled_meeting_what_was_asked_for_it_ends(office: Office) -> None:
    meeting_id = drafted(office)
    turn = turn_with(office, meeting_id, "電話での予約")
    proposal = ask(office, meeting_id, turn).json()
    cancelled = office["maker"].post(f"{base_of(meeting_id)}/transitions", json={"action": "cancel"})
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "取消")
    (ended,) = office["maker"].get(f"{base_of(meeting_id)}/proposals").json()
    assert (ended["id"], ended["state"], ended["job"]["state"]) == (proposal["id"], "cancelled", "cancelled")
    assert ask(office, meeting_id, turn).status_code == 409
