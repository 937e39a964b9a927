"""The job rows against a plain model of what they promise, in any order of events."""

import tempfile
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import Engine, func, select

from service.db.base import Base
from service.db.engine import make_engine, reading, writing
from service.db.tables import Job, StageResult
from service.jobs import dispatch, leases, requests, stages
from service.jobs.leases import Claim, Lease, LeaseLost
from service.jobs.requests import CancelOutcome
from service.jobs.states import FINAL, TRANSITIONS, JobState

LEASE = 60.0


def new_job(engine: Engine, *, subject: str = "subject", max_attempts: int = 3) -> str:
    with writing(engine) as session:
        return requests.create(session, kind="draft", subject_id=subject, created_by=None, max_attempts=max_attempts).id


def row(engine: Engine, job_id: str) -> Job:
    with reading(engine) as session:
        return session.get_one(Job, job_id)


class JobLife(RuleBasedStateMachine):
    """Workers claim, die, finish and come back late while a clock only this machine moves goes on."""

    @initialize(max_attempts=st.integers(1, 3))
    def begin(self, max_attempts: int) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.engine = make_engine(f"sqlite:///{self.folder.name}/jobs.sqlite3")
        Base.metadata.create_all(self.engine)
        self.max_attempts = max_attempts
        self.job_id = new_job(self.engine, max_attempts=max_attempts)
        self.clock = row(self.engine, self.job_id).not_before
        self.claims: list[Claim] = []
        self.owner: Claim | None = None
        self.lease_until = self.clock
        self.given_back = 0
        self.saved: set[str] = set()
        self.seen = row(self.engine, self.job_id).state

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            self.engine.dispose()
            self.folder.cleanup()

    @rule(seconds=st.sampled_from([1, 30, 61]))
    def time_passes(self, seconds: int) -> None:
        self.clock += timedelta(seconds=seconds)

    @rule()
    def claim(self) -> None:
        before = row(self.engine, self.job_id)
        free = before.state == "queued" or (before.state == "running" and self.lease_until < self.clock)
        got = leases.claim(self.engine, self.job_id, f"w{len(self.claims)}", LEASE, at=self.clock)
        allowed = free and before.attempt < self.max_attempts and before.cancel_requested_at is None
        assert (got is not None) == allowed
        if got is not None:
            assert got.attempt == before.attempt + 1
            self.claims.append(got)
            self.owner = got
            self.lease_until = self.clock + timedelta(seconds=LEASE)

    @rule(data=st.data(), part=st.sampled_from("abc"))
    def save(self, data: st.DataObject, part: str) -> None:
        if not self.claims:
            return
        claim = data.draw(st.sampled_from(self.claims))
        try:
            with writing(self.engine) as session:
                stages.save(
                    session,
                    claim,
                    subject_id="subject",
                    stage="condense",
                    part=part,
                    input_hash="h",
                    payload=part,
                    lease_seconds=LEASE,
                    at=self.clock,
                )
        except LeaseLost:
            assert claim != self.owner
            return
        assert claim == self.owner
        self.saved.add(part)
        self.lease_until = self.clock + timedelta(seconds=LEASE)

    @rule(data=st.data())
    def renew(self, data: st.DataObject) -> None:
        if not self.claims:
            return
        claim = data.draw(st.sampled_from(self.claims))
        held = leases.renew(self.engine, claim, LEASE, at=self.clock) is not Lease.LOST
        assert held == (claim == self.owner)
        if held:
            self.lease_until = self.clock + timedelta(seconds=LEASE)

    @rule(data=st.data(), how=st.sampled_from(["finish", "fail", "cancel", "requeue", "drain"]))
    def end(self, data: st.DataObject, how: str) -> None:
        if not self.claims:
            return
        claim = data.draw(st.sampled_from(self.claims))
        try:
            with writing(self.engine) as session:
                if how == "finish":
                    leases.finish(session, claim, at=self.clock)
                elif how == "fail":
                    leases.fail(session, claim, category="input", public="直してください。", at=self.clock)
                elif how == "cancel":
                    leases.cancel(session, claim, at=self.clock)
                else:
                    leases.requeue(session, claim, not_before=self.clock, give_back_attempt=how == "drain")
        except LeaseLost:
            assert claim != self.owner
            return
        assert claim == self.owner
        self.owner = None
        self.given_back += how == "drain"

    @rule()
    def ask_to_cancel(self) -> None:
        before = row(self.engine, self.job_id)
        with writing(self.engine) as session:
            outcome = requests.request_cancel(session, self.job_id, at=self.clock)
        expected = {"queued": CancelOutcome.CANCELLED, "running": CancelOutcome.REQUESTED}
        assert outcome == expected.get(before.state, CancelOutcome.TOO_LATE)

    @rule()
    def sweep(self) -> None:
        with writing(self.engine) as session:
            ended = dispatch.sweep_exhausted(session, self.clock)
        for item in ended:
            assert self.owner is None or self.lease_until < self.clock
            self.owner = None
            if item.state is JobState.FAILED:
                assert item.error_public
                assert row(self.engine, self.job_id).error_category == "crashed"

    @invariant()
    def what_always_holds(self) -> None:
        if not hasattr(self, "engine"):
            return
        job = row(self.engine, self.job_id)
        assert job.attempt <= self.max_attempts
        assert job.attempt == len(self.claims) - self.given_back
        assert (job.state == "running") == (self.owner is not None)
        assert (job.lease_owner is None) == (self.owner is None)
        if self.seen in FINAL:
            assert job.state == self.seen
        elif job.state != self.seen:
            steps = {(before, after) for (before, _), after in TRANSITIONS.items()}
            assert (JobState(self.seen), JobState(job.state)) in steps
        assert (job.finished_at is not None) == (job.state in FINAL)
        self.seen = job.state
        with reading(self.engine) as session:
            parts = list(session.scalars(select(StageResult.part)))
            due = dispatch.due(session, self.clock + timedelta(days=1))
        assert sorted(parts) == sorted(self.saved)
        # Nothing is stranded: what has not ended is either to be published or to be swept.
        if job.state not in FINAL:
            swept = job.attempt >= self.max_attempts or job.cancel_requested_at is not None
            assert bool(due) != swept


JobLife.TestCase.settings = settings(max_examples=25, stateful_step_count=25, suppress_health_check=list(HealthCheck))
TestJobLife = JobLife.TestCase


def test_a_published_job_is_published_again_only_after_the_pause(engine: Engine) -> None:
    job_id = new_job(engine)
    moment = row(engine, job_id).not_before
    with writing(engine) as session:
        assert [item.job_id for item in dispatch.due(session, moment, redispatch_seconds=30)] == [job_id]
        dispatch.mark_dispatched(session, [job_id], at=moment)
    with reading(engine) as session:
        assert dispatch.due(session, moment + timedelta(seconds=29), redispatch_seconds=30) == []
        assert len(dispatch.due(session, moment + timedelta(seconds=31), redispatch_seconds=30)) == 1


def test_a_lease_that_ran_out_is_published_at_once(engine: Engine) -> None:
    job_id = new_job(engine)
    moment = row(engine, job_id).not_before
    with writing(engine) as session:
        dispatch.mark_dispatched(session, [job_id], at=moment)
    assert leases.claim(engine, job_id, "w", LEASE, at=moment)
    with reading(engine) as session:
        assert dispatch.due(session, moment + timedelta(seconds=59)) == []
        assert len(dispatch.due(session, moment + timedelta(seconds=61))) == 1


def test_run_again_makes_a_new_job_only_once_the_old_one_ended(engine: Engine) -> None:
    job_id = new_job(engine)
    with pytest.raises(requests.NotRunnable), writing(engine) as session:
        requests.run_again(session, job_id)
    with writing(engine) as session:
        assert requests.request_cancel(session, job_id) is CancelOutcome.CANCELLED
    with writing(engine) as session:
        again = requests.run_again(session, job_id)
    fresh = row(engine, again.id)
    assert (fresh.subject_id, fresh.kind, fresh.state, fresh.attempt) == ("subject", "draft", "queued", 0)


def test_what_was_saved_is_found_only_by_its_exact_key(engine: Engine) -> None:
    claim = leases.claim(engine, new_job(engine), "w", LEASE)
    assert claim is not None
    for payload in ("first", "second"):
        with writing(engine) as session:
            stages.save(
                session, claim, subject_id="subject", stage="condense", part="t1", input_hash="h", payload=payload
            )
    with reading(engine) as session:
        assert stages.find(session, "subject", stage="condense", part="t1", input_hash="h") == "first"
        assert stages.find(session, "subject", stage="condense", part="t1", input_hash="other") is None
        assert session.scalar(select(func.count()).select_from(StageResult)) == 1
