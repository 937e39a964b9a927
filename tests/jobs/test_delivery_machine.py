"""Whatever people and the other side do, in whatever order: one job at most, one delivery, and none is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from delivering_office import DeliveringOffice, away, delivering_office, package_bytes, unfit
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from hypothesis.strategies import booleans
from sqlalchemy import Engine

from service.db.base import now
from service.db.engine import make_engine, writing
from service.db.migrate import migrate
from service.db.tables import Job
from service.deliveries import steering
from service.deliveries.states import OPEN_STATES, DeliveryState
from service.errors import Conflict
from workers.runner import Outcome


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeliveringOffice]:
    folder = tmp_path_factory.mktemp("machine")
    url = f"sqlite:///{folder / 'machine.sqlite3'}"
    migrate(url)
    engine: Engine = make_engine(url)
    package_bytes(True)  # imports tests that hypothesis must not see begin inside another
    yield delivering_office(engine, Path(folder))
    engine.dispose()


def machine(place: DeliveringOffice) -> type[RuleBasedStateMachine]:
    class Machine(RuleBasedStateMachine):
        """The model beside it knows what people want (``paused``, ``off``) and what the worker is told."""

        def __init__(self) -> None:
            super().__init__()
            place.shelves.before.clear()
            place.shelves.after.clear()
            self.destination = place.destination()
            self.delivery = place.ask(place.package(), self.destination)
            self.paused = self.stopped = False
            self.late = False

        @property
        def state(self) -> DeliveryState:
            return place.state(self.delivery)

        @property
        def may_have_a_job(self) -> bool:
            return self.state is DeliveryState.WAITING or (self.late and self.state is DeliveryState.PAUSED)

        def person(self, step: str) -> None:
            who = place.person("maker")
            match step:
                case "pause":
                    steering.pause(place.engine, who, self.delivery)
                    self.paused = True
                case "resume":
                    steering.resume(place.engine, who, self.delivery)
                    self.paused = False
                case "cancel":
                    steering.cancel(place.engine, who, self.delivery)
                case "again":
                    steering.send_again(place.engine, who, self.delivery)
                    self.paused = False

        def stop(self, stopped: bool) -> None:
            with writing(place.engine) as session:
                keeping = place.keeping(session)
                (keeping.pause if stopped else keeping.resume)(self.destination)
            self.stopped = stopped

        @precondition(lambda self: self.state in OPEN_STATES)
        @rule()
        def pause_or_resume(self) -> None:
            self.person("resume" if self.paused else "pause")

        @rule()
        def pause_or_resume_the_destination(self) -> None:
            self.stop(not self.stopped)

        @precondition(lambda self: self.state is not DeliveryState.CANCELLED)
        @rule()
        def cancel(self) -> None:
            if self.state in OPEN_STATES:
                self.person("cancel")
            else:
                with pytest.raises(Conflict):
                    self.person("cancel")

        @precondition(lambda self: self.state not in OPEN_STATES)
        @rule()
        def send_again(self) -> None:
            if self.state in {DeliveryState.FAILED, DeliveryState.CANCELLED}:
                self.person("again")
            else:
                with pytest.raises(Conflict):
                    self.person("again")

        @rule(late=booleans())
        def the_dispatcher_is_late_or_not(self, late: bool) -> None:
            """Late: what people did since its last round it has not seen when a worker takes a job."""
            place.round()
            self.late = late

        @precondition(lambda self: self.may_have_a_job)
        @rule()
        def the_other_side_is_away(self) -> None:
            self.try_with(away)

        @precondition(lambda self: self.may_have_a_job)
        @rule()
        def the_other_side_refuses(self) -> None:
            self.try_with(unfit)

        @precondition(lambda self: self.may_have_a_job)
        @rule()
        def the_other_side_takes_it(self) -> None:
            self.try_with(None)

        @precondition(lambda self: self.may_have_a_job)
        @rule()
        def somebody_changes_their_mind_while_it_is_sent_in_vain(self) -> None:
            def interfere() -> None:
                self.person("pause")
                self.person("resume")
                self.person("cancel")
                self.person("again")
                place.round()
                self.one_job_at_most()
                away()

            self.try_with(interfere)

        @precondition(lambda self: self.may_have_a_job)
        @rule()
        def the_worker_dies_after_sending(self) -> None:
            held = place.shelves.held.get(self.delivery, 0)
            place.shelves.after[:] = [die]
            job = self.due()
            if job is None:
                place.shelves.after.clear()
                return
            try:
                with pytest.raises(SystemExit):
                    place.run(job)
            except pytest.fail.Exception:
                assert self.state is DeliveryState.PAUSED  # the worker saw in time that it is held back
            place.shelves.after.clear()
            assert place.shelves.held.get(self.delivery, 0) >= held
            with writing(place.engine) as session:
                row = session.get_one(Job, job)
                if row.state == "running":
                    row.lease_until = now()

        def due(self) -> str | None:
            if not self.late:
                place.round()
            jobs = place.open_jobs(self.delivery)
            if not jobs or jobs[0].cancel_requested_at is not None:
                return None
            with writing(place.engine) as session:
                session.get_one(Job, jobs[0].id).not_before = now()
            return jobs[0].id

        def try_with(self, before: object) -> None:
            job = self.due()
            if job is None:
                return
            place.shelves.before[:] = [before] if before is not None else []  # type: ignore[list-item]
            held_back = self.state is DeliveryState.PAUSED
            tries = len(place.tries(self.delivery))
            outcome = place.run(job)
            if held_back:
                assert outcome is Outcome.SUCCEEDED and len(place.tries(self.delivery)) == tries
            place.shelves.before.clear()

        @invariant()
        def one_job_at_most(self) -> None:
            assert len(place.open_jobs(self.delivery)) <= 1

        @invariant()
        def put_down_once_at_most(self) -> None:
            assert place.shelves.held.get(self.delivery, 0) <= 1
            if self.state is DeliveryState.DELIVERED:
                assert place.shelves.held[self.delivery] == 1

        @invariant()
        def a_pause_is_kept(self) -> None:
            if self.state in OPEN_STATES:
                assert (self.state is DeliveryState.PAUSED) == (self.paused or self.stopped)

        def teardown(self) -> None:
            """Not lost: once nobody holds it back it comes through, whatever happened before."""
            if self.stopped:
                self.stop(False)
            if self.state in {DeliveryState.FAILED, DeliveryState.CANCELLED}:
                self.person("again")
            elif self.paused and self.state in OPEN_STATES:
                self.person("resume")
            for _ in range(3):
                if self.state is not DeliveryState.DELIVERED:
                    place.work(self.delivery)
            assert self.state is DeliveryState.DELIVERED
            assert place.shelves.held[self.delivery] == 1
            place.round()
            assert place.open_jobs(self.delivery) == []

    return Machine


def die() -> None:
    raise SystemExit


@pytest.mark.timeout(300)
def test_one_job_one_delivery_none_lost(place: DeliveringOffice) -> None:
    run_state_machine_as_test(
        machine(place),
        settings=settings(
            max_examples=25,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
