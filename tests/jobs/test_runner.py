"""One job run in this process, and many workers racing for rows, on both databases."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from minutes.document import ModelCard, PromptRef
from minutes.errors import InputError
from minutes.unit import LeftOut, SummarySentence, Unit, UnitSummary
from service.auth.accounts import first_start
from service.db.account_tables import Account, Department
from service.db.base import new_id, now
from service.db.engine import reading, writing
from service.db.tables import DraftVersion, Job, MeetingRow, StageResult
from service.jobs import dispatch, leases, requests
from service.jobs.leases import Claim
from service.settings import Settings
from workers.dispatcher import dispatch_once, sweep_once
from workers.retries import SCHEDULES, retry_delay
from workers.runner import Outcome, run_job
from workers.works import works

SAMPLES = Path(__file__).parents[2] / "samples"
SETTINGS = Settings(heartbeat_seconds=0.2, lease_seconds=30)


class FirstWords:
    """Counts what it is asked; ``after_first`` is called once the first unit has been asked for."""

    def __init__(self, after_first: Callable[[], None] = lambda: None) -> None:
        self.asked: list[str] = []
        self.after_first = after_first

    def describe(self) -> ModelCard:
        return ModelCard(name="first words", revision="1", parameters={}, note="試験用")

    def prompts(self) -> tuple[PromptRef, ...]:
        return ()

    def condense(self, units: Sequence[Unit], *, cancelled: Callable[[], bool]) -> Iterator[UnitSummary]:
        for unit in units:
            self.asked.append(unit.id)
            if len(self.asked) == 2:
                self.after_first()
            first, *rest = unit.utterances
            yield UnitSummary(
                unit_id=unit.id,
                sentences=(SummarySentence(text=first.text, evidence=(first.id,)),),
                left_out=tuple((utterance.id, LeftOut.CONDENSED) for utterance in rest),
            )


def new_meeting(engine: Engine, *, transcript: bytes | None = None, max_attempts: int = 3) -> tuple[str, str]:
    from minutes.meeting_input import parse_meeting

    first_start(engine)
    meeting = parse_meeting((SAMPLES / "meeting.json").read_bytes())
    with writing(engine) as session:
        row = MeetingRow(
            id=new_id(),
            department_id=session.scalars(select(Department.id)).one(),
            title=meeting.title,
            starts_at=meeting.starts_at,
            meeting_json=meeting.model_dump_json(),
            profile="tokyo_cio",
            model="any",
            state="受付",
            transcript_name="meeting.vtt",
            transcript_sha256="0" * 64,
            transcript=(SAMPLES / "meeting.vtt").read_bytes() if transcript is None else transcript,
            created_by=session.scalars(select(Account.id).where(Account.login == "toroku")).one(),
        )
        session.add(row)
        session.flush()
        job = requests.create(
            session, kind="draft", subject_id=row.id, created_by=row.created_by, max_attempts=max_attempts
        )
        return row.id, job.id


def state(engine: Engine, meeting_id: str, job_id: str) -> tuple[str, str, int]:
    """State of job and meeting, number of drafts."""
    with reading(engine) as session:
        drafts = session.scalar(select(func.count()).select_from(DraftVersion)) or 0
        return session.get_one(Job, job_id).state, session.get_one(MeetingRow, meeting_id).state, drafts


def test_a_job_ends_with_the_first_draft_and_a_second_run_does_nothing(engine: Engine) -> None:
    meeting_id, job_id = new_meeting(engine)
    model = FirstWords()
    assert run_job(engine, SETTINGS, job_id, works(lambda _: model)) is Outcome.SUCCEEDED
    assert state(engine, meeting_id, job_id) == ("succeeded", "確認待ち", 1)
    assert run_job(engine, SETTINGS, job_id, works(lambda _: model)) is Outcome.NOT_CLAIMED
    assert len(model.asked) == len(set(model.asked)) > 1


def test_a_worker_that_lost_its_lease_writes_nothing_and_the_next_one_goes_on(engine: Engine) -> None:
    meeting_id, job_id = new_meeting(engine)
    successor: list[Claim] = []

    def taken_over() -> None:
        later = now() + timedelta(seconds=SETTINGS.lease_seconds + 1)
        claim = leases.claim(engine, job_id, "successor", 0.001, at=later)
        assert claim is not None
        successor.append(claim)

    late = FirstWords(taken_over)
    assert run_job(engine, SETTINGS, job_id, works(lambda _: late)) is Outcome.LOST
    with reading(engine) as session:
        saved = list(session.scalars(select(StageResult.part).where(StageResult.stage == "condense")))
    assert saved == late.asked[:1]
    with writing(engine) as session:
        leases.requeue(session, successor[0], not_before=now())
    fresh = FirstWords()
    assert run_job(engine, SETTINGS, job_id, works(lambda _: fresh)) is Outcome.SUCCEEDED
    assert late.asked[0] not in fresh.asked
    assert state(engine, meeting_id, job_id) == ("succeeded", "確認待ち", 1)


def test_bad_input_fails_at_once_with_its_own_sentence(engine: Engine) -> None:
    meeting_id, job_id = new_meeting(engine, transcript=b"\x00\x01\x02\x03")
    assert run_job(engine, SETTINGS, job_id, works(lambda _: FirstWords())) is Outcome.FAILED
    assert state(engine, meeting_id, job_id) == ("failed", "失敗", 0)
    with reading(engine) as session:
        job = session.get_one(Job, job_id)
    assert (job.attempt, job.error_category) == (1, InputError.category)
    assert job.error_public


def test_a_job_whose_workers_all_died_is_ended_with_its_meeting(engine: Engine) -> None:
    meeting_id, job_id = new_meeting(engine, max_attempts=1)
    assert leases.claim(engine, job_id, "w", -1.0)
    (ended,) = sweep_once(engine, works(lambda _: FirstWords()))
    assert ended.job_id == job_id
    assert state(engine, meeting_id, job_id) == ("failed", "失敗", 0)


def test_what_the_broker_did_not_take_is_due_again(engine: Engine) -> None:
    ids = [new_meeting(engine)[1] for _ in range(3)]
    taken: list[str] = []

    def publish(item: dispatch.Due) -> None:
        if len(taken) == 1:
            raise ConnectionRefusedError
        taken.append(item.job_id)

    assert dispatch_once(engine, SETTINGS, publish) == 1
    with reading(engine) as session:
        assert [item.job_id for item in dispatch.due(session)] == [job_id for job_id in ids if job_id not in taken]


def test_eight_workers_and_four_dispatchers_share_rows_without_a_double(engine: Engine) -> None:
    with writing(engine) as session:
        ids = [_create(session) for _ in range(40)]
    published: list[str] = []
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: dispatch_once(engine, SETTINGS, lambda d: published.append(d.job_id)), range(4)))
    assert len(published) == len(set(published))
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda n: leases.claim(engine, ids[n % 40], f"w{n}", 60), range(160)))
    assert sorted(claim.job_id for claim in claims if claim) == sorted(ids)


def _create(session: Session) -> str:
    return requests.create(session, kind="draft", subject_id=new_id(), created_by=None, max_attempts=3).id


@pytest.mark.parametrize("category", ["input", "policy", "conflict", "crashed", "anything else"])
def test_what_would_fail_the_same_way_is_never_retried(category: str) -> None:
    assert retry_delay(category, 1, 5) is None


def test_retries_are_bounded_and_their_pause_too() -> None:
    assert retry_delay("internal", 1, 5) is not None
    assert retry_delay("internal", 2, 5) is None
    assert retry_delay("unavailable", 5, 5) is None
    delays = [retry_delay("unavailable", attempt, 99, draw=lambda: 1.0) for attempt in range(1, 20)]
    assert delays == sorted(delays, key=lambda d: d or 0.0)
    assert delays[-1] == SCHEDULES["unavailable"].longest


@pytest.mark.parametrize("drawn", [0.0, 1.0])
def test_another_system_may_be_away_over_the_turn_of_the_year(drawn: float) -> None:
    """From the evening of 28 December to the morning of 4 January, with the tries that are the default."""
    tries = Settings().delivery_attempts
    delays = [retry_delay("unreachable", attempt, tries, draw=lambda: drawn) for attempt in range(1, tries)]
    assert None not in delays and retry_delay("unreachable", tries, tries) is None
    assert sum(each or 0.0 for each in delays) > (6 * 24 + 15) * 3600
    assert max(each or 0.0 for each in delays) <= 3600
