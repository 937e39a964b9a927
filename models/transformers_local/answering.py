"""From a batch of jobs to the answer of each: smaller batches where the memory does not suffice."""

from collections.abc import Callable, Sequence

import torch

from minutes.stopping import Stopped
from models.base import ModelUnready
from models.grounded import Reply, Unanswered
from models.transformers_local.batch import Batches
from models.transformers_local.memory import out_of_memory
from models.transformers_local.row import End, Job, Row


class Answering:
    def __init__(self, batches: Batches, text: Callable[[Sequence[int]], str], name: str, total_seconds: float) -> None:
        self._batches = batches
        self._text = text
        self._name = name
        self._total_seconds = total_seconds
        self._most: int | None = None
        """Rows that the memory is known to hold, once it was known not to hold more."""

    def __call__(self, jobs: Sequence[Job]) -> None:
        left = list(jobs)
        while left:
            size = min(self._most or len(left), len(left))
            batch = left[:size]
            rows = self._rows(batch)
            if rows is None and size > 1:
                self._most = size // 2
                continue
            left = left[size:]
            if rows is None:
                batch[0].answer.set_exception(Unanswered("この発言を要約するには計算機のメモリが足りない"))
            for row in rows or ():
                self._answer(row)

    def _rows(self, jobs: Sequence[Job]) -> list[Row] | None:
        """None where they need more memory than there is."""
        try:
            rows: list[Row] = self._batches.write(jobs)
            return rows
        except Exception as error:
            if not out_of_memory(error):
                if isinstance(error, torch.AcceleratorError):
                    # Nothing in this process can use the device from now on.
                    raise _device_broken(self._name) from error
                raise
        # Not within ``except``: until it ends, the traceback holds all that was allocated.
        if self._batches.prefixes is not None:
            self._batches.prefixes.forget()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        return None

    def _answer(self, row: Row) -> None:
        answer = row.job.answer
        if row.end is End.HALTED:
            answer.set_exception(Stopped())
        elif row.end is End.LATE:
            answer.set_exception(Unanswered(f"{self._total_seconds:g}秒以内に返答が終わらない", unreachable=True))
        elif row.end not in (End.STOP, End.LENGTH):
            answer.set_exception(Unanswered("モデルの計算が数にならず、返答を書けない"))
        else:
            whole = row.end is End.STOP
            answer.set_result(
                Reply(
                    text=self._text(row.written[:-1] if whole else row.written),
                    # JSON that was closed for want of room is whole, but says less than the model had to say.
                    finish="stop" if whole and not row.hurried else "length",
                    model=self._name,
                    prompt_tokens=len(row.job.ids),
                    completion_tokens=len(row.written),
                )
            )


def _device_broken(name: str) -> ModelUnready:
    return ModelUnready(
        f"モデル「{name}」を動かすGPUで誤りが起きました。",
        where="GIJIYOSHI_TRANSFORMERS_DEVICE",
        remedy="ワーカーを起動し直し、再び起きるときはGPUとドライバーの状態を確かめてください。",
    )
