"""Who is taken together with whom, and who waits for whom."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.grounded import Reply
from models.transformers_local.line import Answering, Line, together
from models.transformers_local.row import Job


def job(length: int, asked: threading.Event | None = None) -> Job:
    """``asked`` is set once the job stands in a line: from then on it is asked whether it is halted."""

    def halted() -> bool:
        if asked is not None:
            asked.set()
        return False

    return Job(ids=(0,) * length, prefix=(), max_tokens=1, grammar=None, halted=halted)


@given(st.lists(st.integers(1, 2000), min_size=1, max_size=40), st.integers(1, 20))
def test_the_first_to_come_is_always_taken_with_its_nearest_in_length(lengths: list[int], size: int) -> None:
    waiting = [job(each) for each in lengths]
    batch = together(waiting, size)
    assert waiting[0] in batch and len(batch) == min(size, len(waiting))
    taken = [len(each.ids) for each in batch]
    assert taken == sorted(taken, reverse=True)
    left = [len(each.ids) for each in waiting if each not in batch]
    assert not any(taken[-1] < each < taken[0] for each in left)


def answer(jobs: Sequence[Job]) -> None:
    for each in jobs:
        each.answer.set_result(Reply(str(len(each.ids)), "stop", "line"))


@contextmanager
def lined(answering: Answering, size: int) -> Iterator[Line]:
    line = Line(answering, size)
    try:
        yield line
    finally:
        line.close()


def test_what_waits_is_taken_together_and_nothing_is_waited_for() -> None:
    batches: list[list[int]] = []
    begun, go_on = threading.Event(), threading.Event()

    def answering(jobs: Sequence[Job]) -> None:
        batches.append([len(each.ids) for each in jobs])
        begun.set()
        assert go_on.wait(30)
        answer(jobs)

    with lined(answering, 4) as line, ThreadPoolExecutor(9) as pool:
        # One request is there: it is begun, whatever may follow.
        first = pool.submit(line.answer, job(7))
        assert begun.wait(30)
        lengths, rest = (5, 900, 6, 800, 4, 700, 3, 600), []
        for length in lengths:
            standing = threading.Event()
            rest.append(pool.submit(line.answer, job(length, standing)))
            assert standing.wait(30)
        go_on.set()
        assert first.result().text == "7"
        assert [each.result().text for each in rest] == [str(length) for length in lengths]
    assert batches == [[7], [6, 5, 4, 3], [900, 800, 700, 600]]


def test_an_error_reaches_those_it_concerns_and_the_next_are_served() -> None:
    def answering(jobs: Sequence[Job]) -> None:
        if len(jobs[0].ids) == 1:
            raise KeyError("broken")
        answer(jobs)

    with lined(answering, 1) as line:
        with pytest.raises(KeyError, match="broken"):
            line.answer(job(1))
        assert line.answer(job(2)).text == "2"
