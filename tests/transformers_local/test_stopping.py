"""Cancelled, too late, too little memory: only the rows concerned end, and at once."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import torch
from asking import ask, ask_together, request, seconds_until_stopped

from minutes.stopping import Stopped
from models.base import ModelUnready
from models.grounded import Reply, Unanswered

LONG = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}, "additionalProperties": False}
ENDLESS = request("長い発言。", schema=LONG, max_tokens=7500)
"""For the model that closes no string: half a minute and more."""


def test_a_halted_request_is_let_go_within_a_second_and_the_thread_is_free_again(tiny, opened) -> None:
    backend = opened(tiny.never_closing)
    ask(backend, request("暖める。"))
    assert seconds_until_stopped(backend, ENDLESS, after=0.5) < 1
    began = time.monotonic()
    assert isinstance(ask(backend, request("次の要求。", max_tokens=20)), Reply)
    # Far less than the halted reply would still have taken.
    assert time.monotonic() - began < 5


def test_the_other_rows_of_a_halted_batch_are_not_lost(tiny, opened) -> None:
    backend = opened(tiny.never_closing, batch_size=4)
    others = [request(f"発言{n}。") for n in range(3)]
    alone = [ask(backend, each) for each in others]
    halt = threading.Event()
    with ThreadPoolExecutor(5) as pool:
        # While this one is written, the next four come together.
        first = pool.submit(backend.generate, ENDLESS, halted=halt.is_set)
        time.sleep(0.3)
        halted = pool.submit(backend.generate, ENDLESS, halted=halt.is_set)
        rest = [pool.submit(ask, backend, each) for each in others]
        time.sleep(0.3)
        halt.set()
        for each in (first, halted):
            with pytest.raises(Stopped):
                each.result()
        assert [each.result() for each in rest] == alone


def test_a_reply_that_takes_too_long_is_given_up_without_the_others(tiny, opened) -> None:
    backend = opened(tiny.never_closing, total_seconds=1.5, batch_size=4)
    ask(backend, request("暖める。"))
    began = time.monotonic()
    late, *others = ask_together(backend, [ENDLESS, request("はい。"), request("賛成です。")])
    assert isinstance(late, Unanswered) and "1.5秒" in late.reason and late.unreachable
    assert time.monotonic() - began < 6
    assert all(isinstance(each, Reply) for each in others)


def test_halted_before_its_turn_it_never_begins(tiny, opened) -> None:
    backend = opened(tiny.never_closing)
    with pytest.raises(Stopped):
        backend.generate(ENDLESS, halted=lambda: True)


def hooked(monkeypatch: pytest.MonkeyPatch, before: Callable[[int], None]) -> None:
    """Models read from now on call ``before`` with the rows of each batch that they compute."""
    from models.transformers_local import weights

    def hook(_module: Any, _args: Any, kwargs: dict[str, Any]) -> None:
        before(kwargs["input_ids"].shape[0])

    def read(*args: Any) -> Any:
        model = whole(*args)
        model.register_forward_pre_hook(hook, with_kwargs=True)
        return model

    whole = weights.read_model
    monkeypatch.setattr(weights, "read_model", read)
    # Its trial is one row as well, and not what is looked at.
    monkeypatch.setattr("models.transformers_local.batch.can_share", lambda _model: False)


@pytest.mark.parametrize(("most", "answered"), [(3, 8), (0, 0)])
def test_where_memory_does_not_suffice_batches_get_smaller(
    most: int, answered: int, tiny, opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Torch is really asked for more than any machine has, by batches of more than ``most``."""
    sizes: list[int] = []

    def greedy(rows: int) -> None:
        sizes.append(rows)
        if rows > most:
            torch.empty(2**48)

    hooked(monkeypatch, greedy)
    replies = ask_together(opened(tiny.llama), [request(f"発言{n}") for n in range(8)])
    assert sum(isinstance(each, Reply) for each in replies) == answered
    for each in replies:
        assert isinstance(each, Reply) or (isinstance(each, Unanswered) and "メモリ" in each.reason)
    # What did not fit once is not tried again.
    too_many = [size for size in sizes if size > most]
    assert most == 0 or too_many == sorted(set(too_many), reverse=True)


def test_a_broken_device_fails_the_meeting(tiny, opened, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_rows: int) -> None:
        raise torch.AcceleratorError("CUDA error: an illegal memory access was encountered")

    hooked(monkeypatch, broken)
    with pytest.raises(ModelUnready, match="GPU") as caught:
        ask(opened(tiny.llama), request("はい。"))
    assert caught.value.where == "GIJIYOSHI_TRANSFORMERS_DEVICE"


def test_closing_ends_the_thread_and_the_model_is_asked_no_more(tiny, opened) -> None:
    backend = opened(tiny.llama)
    ask(backend, request("はい。", max_tokens=10))
    backend.close()
    with pytest.raises(Stopped):
        ask(backend, request("はい。"))
