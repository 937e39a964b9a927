"""Packages on their way: sent once under one id, tried again, held back, called off, given up and told."""

import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from delivering_office import DeliveringOffice, away, delivering_office, package_bytes, unfit
from message_office import person
from sqlalchemy import Engine, func, select

from minutes.errors import PolicyError
from service.audit import verify
from service.auth import Role
from service.auth.accounts import find_or_create_department, principal_of
from service.db.base import now
from service.db.delivery_tables import Delivery
from service.db.engine import reading, writing
from service.db.record_tables import Destination, RecordPackage
from service.db.tables import AuditEvent, Job, MeetingRow
from service.deliveries import steering
from service.deliveries.listing import Filters, get_delivery, list_deliveries
from service.deliveries.requesting import request_automatic, request_delivery
from service.deliveries.states import DeliveryState
from service.errors import Conflict, Forbidden, Gone, NotFound
from service.notices.outbox import queue_messages
from workers.runner import Outcome, run_job
from workers.works import works


@pytest.fixture
def place(engine: Engine, tmp_path: Path) -> DeliveringOffice:
    return delivering_office(engine, tmp_path)


def test_a_package_comes_into_a_folder_and_all_of_it_is_told(place: DeliveringOffice, tmp_path: Path) -> None:
    share = tmp_path / "share"
    destination = place.destination("folder", name="共有", config={"folder": str(share)})
    package = place.package()
    delivery = place.ask(package, destination)
    assert place.ask(package, destination, "maker") == delivery
    assert place.state(delivery) is DeliveryState.WAITING
    assert place.work(delivery) is Outcome.SUCCEEDED
    assert place.state(delivery) is DeliveryState.DELIVERED and place.tries(delivery) == ["delivered"]
    (zipped,) = share.glob("*.zip")
    assert zipped.read_bytes() == package_bytes(True) and len(list(share.glob("*.csv"))) == 1
    with reading(place.engine) as session:
        shown = get_delivery(session, place.person("auditor"), delivery)
        told = session.scalars(select(AuditEvent.event).where(AuditEvent.subject == f"meeting:{shown.meeting_id}"))
        assert list(told) == ["user:delivery:requested", "system:delivery:delivered"]
        assert verify(session).ok
        hook = session.scalars(select(Delivery).where(Delivery.way == "webhook").order_by(Delivery.id.desc())).first()
    assert str(zipped) in shown.places and shown.destination == "共有" and shown.actions == ()
    assert hook is not None and hook.payload["type"] == "delivery.delivered"
    assert hook.payload["data"]["delivery"] == {
        "id": delivery,
        "destination": "共有",
        "package": shown.what,
        "sha256": shown.sha256,
    }
    place.round()
    assert place.open_jobs(delivery) == []


def test_bytes_that_are_not_those_of_the_package_are_never_sent(place: DeliveringOffice) -> None:
    package = place.package()
    delivery = place.ask(package, place.destination())
    with writing(place.engine) as session:
        session.get_one(RecordPackage, package).content = package_bytes(True) + b" "
    assert place.work(delivery) is Outcome.FAILED
    assert place.shelves.held == {} and place.state(delivery) is DeliveryState.FAILED
    with reading(place.engine) as session:
        (tried,) = get_delivery(session, place.person("maker"), delivery).tried
    assert tried.outcome == "failed" and "作成したときのものと違います" in str(tried.said)


def test_a_system_that_is_away_is_asked_again_later_and_every_try_is_kept(place: DeliveringOffice) -> None:
    delivery = place.asked()
    place.shelves.before[:] = [away, away]
    assert place.work(delivery) is Outcome.RETRY
    (job,) = place.open_jobs(delivery)
    assert job.not_before > now() and place.state(delivery) is DeliveryState.WAITING
    with reading(place.engine) as session:
        shown = get_delivery(session, place.person("maker"), delivery)
    assert shown.next_try_at == job.not_before and "棚に届きません" in str(shown.tried[0].said)
    assert place.work(delivery, early=False) is Outcome.NOT_CLAIMED
    assert place.work(delivery) is Outcome.RETRY
    assert place.work(delivery) is Outcome.SUCCEEDED
    assert place.tries(delivery) == ["failed", "failed", "delivered"] and len(place.jobs(delivery)) == 1


def test_a_final_failure_is_told_to_those_who_hand_over_and_sent_again_with_all_tries(place: DeliveringOffice) -> None:
    delivery = place.asked(name="文書管理システム")
    place.shelves.before[:] = [unfit]
    assert place.work(delivery) is Outcome.FAILED
    assert place.state(delivery) is DeliveryState.FAILED and place.events()[-1] == "delivery.failed"
    for who, told in (("maker", True), ("checker", True), ("approver", False), ("admin", False)):
        assert ("delivery_failed" in place.office.kinds(who)) is told, who
    place.round()
    assert place.open_jobs(delivery) == []
    with pytest.raises(Conflict):
        steering.pause(place.engine, place.person("checker"), delivery)
    steering.send_again(place.engine, place.person("checker"), delivery)
    place.shelves.before[:] = [away, unfit]
    assert place.work(delivery) is Outcome.RETRY
    (job,) = place.open_jobs(delivery)
    assert (job.attempt, job.max_attempts) == (1, place.settings.delivery_attempts)
    assert place.work(delivery) is Outcome.FAILED
    assert place.office.kinds("maker").count("delivery_failed") == 2
    steering.send_again(place.engine, place.person("maker"), delivery)
    assert place.work(delivery) is Outcome.SUCCEEDED
    assert place.tries(delivery) == ["failed", "failed", "failed", "delivered"]
    with pytest.raises(Conflict):
        steering.send_again(place.engine, place.person("maker"), delivery)


def test_what_is_paused_is_not_sent_whatever_its_job_is_doing(place: DeliveringOffice) -> None:
    checker = place.person("checker")
    without_a_job, published, between_tries = (place.asked() for _ in range(3))
    place.shelves.before[:] = [away]
    assert place.work(between_tries) is Outcome.RETRY
    (job,) = place.open_jobs(published)
    for each in (without_a_job, published, between_tries):
        steering.pause(place.engine, checker, each)
        with pytest.raises(Conflict):
            steering.pause(place.engine, checker, each)
    assert place.run(job.id) is Outcome.NOT_CLAIMED
    for each in (without_a_job, published, between_tries):
        assert place.work(each) is None and place.state(each) is DeliveryState.PAUSED
    assert place.shelves.held == {}
    for each in (without_a_job, published, between_tries):
        steering.resume(place.engine, checker, each)
        assert place.work(each, early=False) is Outcome.SUCCEEDED
    assert set(place.shelves.held.values()) == {1}


def test_a_job_that_was_made_while_somebody_paused_ends_without_a_try(place: DeliveringOffice) -> None:
    """As where the dispatcher and the person do it at the same moment: the job is there and the delivery is paused."""
    delivery = place.asked()
    place.round()
    (job,) = place.open_jobs(delivery)
    with writing(place.engine) as session:
        session.get_one(Delivery, delivery).paused_at = now()
    assert place.run(job.id) is Outcome.SUCCEEDED
    assert place.tries(delivery) == [] and place.state(delivery) is DeliveryState.PAUSED
    steering.resume(place.engine, place.person("maker"), delivery)
    assert place.work(delivery) is Outcome.SUCCEEDED and place.tries(delivery) == ["delivered"]


def test_pausing_what_is_being_sent_lets_that_try_end_and_makes_no_other(place: DeliveringOffice) -> None:
    came_through, did_not = place.asked(), place.asked()

    def pause(delivery: str) -> None:
        assert place.state(delivery) is DeliveryState.SENDING
        steering.pause(place.engine, place.person("maker"), delivery)

    def pause_and_fail() -> None:
        pause(did_not)
        away()

    place.shelves.before[:] = [lambda: pause(came_through)]
    assert place.work(came_through) is Outcome.SUCCEEDED
    assert place.state(came_through) is DeliveryState.DELIVERED
    place.shelves.before[:] = [pause_and_fail]
    assert place.work(did_not) is Outcome.RETRY
    assert place.work(did_not) is None and place.state(did_not) is DeliveryState.PAUSED
    steering.resume(place.engine, place.person("maker"), did_not)
    assert place.work(did_not, early=False) is Outcome.SUCCEEDED


def test_a_whole_destination_is_paused_and_resumed(place: DeliveringOffice) -> None:
    destination = place.destination()
    waiting = place.ask(place.package(), destination)
    place.shelves.before[:] = [away]
    assert place.work(waiting) is Outcome.RETRY
    with writing(place.engine) as session:
        place.keeping(session).pause(destination)
    later = place.ask(place.package(), destination)
    elsewhere = place.asked()
    assert place.work(waiting) is None and place.work(later) is None
    assert place.work(elsewhere) is Outcome.SUCCEEDED
    assert {place.state(waiting), place.state(later)} == {DeliveryState.PAUSED}
    with pytest.raises(Conflict):
        steering.resume(place.engine, place.person("maker"), waiting)
    with writing(place.engine) as session:
        place.keeping(session).resume(destination)
    assert place.work(waiting, early=False) is Outcome.SUCCEEDED
    assert place.work(later, early=False) is Outcome.SUCCEEDED


def test_what_is_called_off_is_not_sent_and_may_be_sent_after_all(place: DeliveringOffice) -> None:
    maker = place.person("maker")
    delivery = place.asked()
    place.round()
    steering.cancel(place.engine, maker, delivery)
    assert place.work(delivery) is None and place.state(delivery) is DeliveryState.CANCELLED
    steering.send_again(place.engine, maker, delivery)
    # Called off again while it is sent: what came through is delivered, and says so.
    place.shelves.before[:] = [lambda: steering.cancel(place.engine, maker, delivery)]
    assert place.work(delivery) is Outcome.SUCCEEDED
    assert place.state(delivery) is DeliveryState.DELIVERED


def test_a_worker_killed_between_sending_and_recording_leaves_one_delivery(
    place: DeliveringOffice, tmp_path: Path
) -> None:
    delivery = place.asked()
    place.shelves.folder = tmp_path / "share"
    place.round()
    (job,) = place.open_jobs(delivery)
    url = place.engine.url.render_as_string(hide_password=False)
    script = Path(__file__).with_name("killed_courier.py")
    died = subprocess.run([sys.executable, str(script), url, str(tmp_path), job.id], check=False, timeout=60)
    assert died.returncode == -9
    assert (tmp_path / "share" / delivery).exists() and place.state(delivery) is DeliveryState.SENDING
    with writing(place.engine) as session:
        session.get_one(Job, job.id).lease_until = now() - timedelta(seconds=1)
    assert place.work(delivery) is Outcome.SUCCEEDED
    assert place.tries(delivery) == [None, "already"] and place.state(delivery) is DeliveryState.DELIVERED
    assert place.shelves.held == {}  # nothing was put down a second time
    with reading(place.engine) as session:
        outcomes = [each.outcome for each in get_delivery(session, place.person("maker"), delivery).tried]
    assert outcomes == ["cut_off", "already"]


def test_two_workers_and_two_dispatchers_send_once(place: DeliveringOffice) -> None:
    deliveries = [place.asked() for _ in range(4)]
    rounds = [threading.Thread(target=queue_messages, args=(place.engine, place.settings)) for _ in range(3)]
    for each in rounds:
        each.start()
    for each in rounds:
        each.join()
    jobs = [job for each in deliveries for job in place.jobs(each)]
    assert len(jobs) == len(deliveries)
    outcomes: list[Outcome] = []

    def courier() -> None:
        for job in jobs:
            outcomes.append(run_job(place.engine, place.settings, job.id, works(kinds=place.kinds)))

    couriers = [threading.Thread(target=courier) for _ in range(2)]
    for each in couriers:
        each.start()
    for each in couriers:
        each.join()
    assert sorted(outcomes) == sorted([Outcome.SUCCEEDED] * 4 + [Outcome.NOT_CLAIMED] * 4)
    assert place.shelves.held == dict.fromkeys(deliveries, 1)


def test_people_and_workers_at_the_same_rows_do_not_stand_in_each_others_way(place: DeliveringOffice) -> None:
    """Locks are taken in one order, job, delivery, log; else PostgreSQL ends one of two by force."""
    destination = place.destination()
    deliveries = [place.ask(place.package(), destination) for _ in range(3)]
    faults: list[BaseException] = []

    def repeat(what: Callable[[], object]) -> threading.Thread:
        def run() -> None:
            for _ in range(6):
                try:
                    what()
                except Conflict:
                    pass  # somebody was faster
                except BaseException as error:
                    faults.append(error)

        return threading.Thread(target=run)

    def switch(on: bool) -> None:
        with writing(place.engine) as session:
            keeping = place.keeping(session)
            (keeping.resume if on else keeping.pause)(destination)

    def steer(each: str) -> None:
        steering.pause(place.engine, place.person("maker"), each)
        steering.resume(place.engine, place.person("checker"), each)

    place.shelves.before[:] = [away] * 20
    threads = [
        repeat(lambda: (switch(False), switch(True))),
        *(repeat(lambda each=each: steer(each)) for each in deliveries),
        *(repeat(lambda: [place.work(each) for each in deliveries]) for _ in range(2)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    place.shelves.before.clear()
    for each in deliveries:
        for _ in range(3):
            if place.state(each) is not DeliveryState.DELIVERED:
                place.work(each)
        assert place.state(each) is DeliveryState.DELIVERED and place.shelves.held[each] == 1


def test_two_people_asking_at_once_get_the_same_delivery(place: DeliveringOffice) -> None:
    package, destination = place.package(), place.destination()
    got: list[str] = []
    asking = [
        threading.Thread(target=lambda who=who: got.append(place.ask(package, destination, who)))
        for who in ("maker", "checker") * 3
    ]
    for each in asking:
        each.start()
    for each in asking:
        each.join()
    with reading(place.engine) as session:
        count = select(func.count()).select_from(Delivery).where(Delivery.way == "package")
        asked = select(func.count()).select_from(AuditEvent).where(AuditEvent.event == "user:delivery:requested")
        assert (session.scalar(count), session.scalar(asked)) == (1, 1)
    assert len(got) == 6 and len(set(got)) == 1


def test_a_destination_that_is_no_longer_used_fails_what_was_on_its_way(place: DeliveringOffice) -> None:
    destination, package = place.destination(name="旧システム"), place.package()
    delivery = place.ask(package, destination)
    place.shelves.before[:] = [away]
    assert place.work(delivery) is Outcome.RETRY
    with writing(place.engine) as session:
        place.keeping(session).end(destination)
    assert place.work(delivery, early=False) is Outcome.FAILED
    assert place.state(delivery) is DeliveryState.FAILED and place.shelves.held == {}
    assert "delivery_failed" in place.office.kinds("maker")
    with pytest.raises(Conflict, match="使用を終了"):
        steering.send_again(place.engine, place.person("maker"), delivery)
    with pytest.raises(Conflict, match="使用を終了"):
        place.ask(place.package(), destination)
    with writing(place.engine) as session:
        place.keeping(session).reopen(destination)
    steering.send_again(place.engine, place.person("maker"), delivery)
    assert place.work(delivery) is Outcome.SUCCEEDED


@pytest.mark.parametrize("broken", [{"kind": "vanished"}, {"config": {"unknown": 1}}])
def test_a_destination_that_this_program_cannot_read_fails_with_a_sentence(
    place: DeliveringOffice, broken: dict[str, object]
) -> None:
    destination = place.destination()
    delivery = place.ask(place.package(), destination)
    place.change(destination, **broken)
    assert place.work(delivery) is Outcome.FAILED
    with reading(place.engine) as session:
        said = get_delivery(session, place.person("maker"), delivery).tried[0].said
    assert said and "プログラム" in said and "内部" not in said


def test_automatic_destinations_take_what_is_just_as_they_want_it(place: DeliveringOffice) -> None:
    wanted = place.destination(automatic=True)
    for other in (
        {"automatic": False},
        {"automatic": True, "editions": ("公開版", "保存版")},
        {"automatic": True, "encoding": "cp932"},
        {"automatic": True, "naming": "ascii"},
    ):
        place.destination(**other)
    ended = place.destination(automatic=True)
    with writing(place.engine) as session:
        place.keeping(session).end(ended)
    package = place.package()
    for _ in range(2):
        with writing(place.engine) as session:
            made = request_automatic(session, session.get_one(RecordPackage, package))
        assert [each.destination_id for each in made] == [wanted]
    assert place.work(made[0].id) is Outcome.SUCCEEDED


def test_who_may_ask_and_what_may_go_where(place: DeliveringOffice) -> None:
    public, full = place.package(), place.package(public_only=False)
    narrow, wide = place.destination(), place.destination(editions=("公開版", "保存版"))
    for who in ("approver", "auditor", "admin"):
        with pytest.raises(Forbidden):
            place.ask(public, narrow, who)
    with pytest.raises(Forbidden):
        place.ask(full, wide, "maker")
    with pytest.raises(PolicyError, match="引き渡さない"):
        place.ask(full, narrow)
    with pytest.raises(PolicyError, match="cp932"):
        place.ask(public, place.destination(encoding="cp932"))
    with pytest.raises(NotFound):
        place.ask("none", narrow)
    with pytest.raises(NotFound):
        place.ask(public, "none")
    assert place.ask(full, wide) and place.ask(public, wide, "maker")
    with writing(place.engine) as session:
        other = find_or_create_department(session, "税務課")
        foreign = person(session, "foreign", (other.id, Role.CHECKER), (other.id, Role.ADMINISTRATOR))
        stranger = principal_of(session, foreign)
        session.get_one(Destination, wide).department_id = other.id
    with writing(place.engine) as session, pytest.raises(NotFound):
        request_delivery(session, stranger, public, wide)
    with pytest.raises(NotFound):
        place.ask(public, wide)


def test_who_sees_and_who_steers(place: DeliveringOffice) -> None:
    delivery = place.asked()
    with reading(place.engine) as session:
        for who in ("maker", "checker", "auditor", "admin"):
            (row,) = list_deliveries(session, place.person(who), Filters(way="package")).rows
            assert (row.id, row.actions) == (delivery, ("pause", "cancel") if who in {"maker", "checker"} else ())
        with pytest.raises(Forbidden):
            list_deliveries(session, place.person("approver"), Filters())
    for who in ("approver", "auditor", "admin"):
        for step in (steering.pause, steering.resume, steering.cancel, steering.send_again):
            with pytest.raises(Forbidden):
                step(place.engine, place.person(who), delivery)
    with pytest.raises(NotFound):
        steering.pause(place.engine, place.person("maker"), "none")


def test_pages_of_the_list_hold_each_delivery_once(place: DeliveringOffice) -> None:
    destination = place.destination()
    made = [place.ask(place.package(), destination) for _ in range(5)]
    seen, cursor = [], None
    with reading(place.engine) as session:
        maker = place.person("maker")
        while True:
            page = list_deliveries(session, maker, Filters(destination, "waiting"), cursor=cursor, limit=2)
            seen += [each.id for each in page.rows]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert list_deliveries(session, maker, Filters(destination, "failed")).rows == ()
    assert seen == made[::-1]


def test_nothing_is_asked_of_a_package_whose_content_is_gone(place: DeliveringOffice) -> None:
    package, destination = place.package(), place.destination()
    delivery = place.ask(package, destination)
    steering.cancel(place.engine, place.person("maker"), delivery)
    with writing(place.engine) as session:
        session.get_one(RecordPackage, package).content = None
    with pytest.raises(Gone):
        steering.send_again(place.engine, place.person("maker"), delivery)
    with pytest.raises(Gone):
        place.ask(package, place.destination())
    with reading(place.engine) as session:
        assert session.get_one(MeetingRow, place.delivery(delivery).meeting_id).state == "承認済"
