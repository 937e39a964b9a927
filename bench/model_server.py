"""A meeting drafted by a model server: the time it takes over the time that the server itself needs for its requests.

The server (``bench.paced_server``) takes as long for each request as a model of 7 to 8 billion parameters in bf16 on a
GPU of the H100 class: what its prompt takes by the token, then one token after the other, slower the more slots are in
use. One reply in ten is wrong at first and has to be mended. The server's own time is how long the requests that came would have kept its slots busy without a gap, each with the time
that it really took, in the order in which they came.
"""

import heapq
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from multiprocessing import get_context
from pathlib import Path

import httpx2

from bench.meeting import units
from bench.paced_server import Pace, Served
from minutes.meeting import Meeting
from minutes.profiles import load_profile
from models.openai_compatible import Endpoint
from models.options import ModelOptions
from models.pipeline import Inputs, MemoryStore, Stage, make_draft
from models.registry import load_model

RUNS = (
    (Pace(slots=1, prompt_token=0.00006, reply_token=0.007), 24),
    (Pace(slots=8, prompt_token=0.00010, reply_token=0.008), 120),
    (Pace(slots=32, prompt_token=0.00020, reply_token=0.010), 256),
)
"""With the number of units of the meeting."""
BOUND = 1.05
_WRONG_EVERY = 10


@dataclass(frozen=True)
class Run:
    pace: Pace
    requests: int
    units: int
    meant: float
    own: float
    """Seconds that the server needs without a gap: as it was told to take, and as it really took."""
    condense: float
    whole: float
    replaced: int

    def line(self) -> str:
        return (
            f"{self.pace.slots:5} {self.units:6} {self.requests:9} {self.meant:9.2f} s {self.own:9.2f} s {self.condense:9.2f} s"
            f" {self.condense / self.own:7.3f} {self.whole:9.2f} s {self.whole / self.own:7.3f} {self.replaced:9}"
        )


@dataclass
class _Clock:
    """When each stage of a job began."""

    began: dict[Stage, float] = field(default_factory=dict)

    def __call__(self, stage: Stage, done: int, total: int) -> None:
        self.began.setdefault(stage, time.perf_counter())


def makespan(seconds: Sequence[float], slots: int) -> float:
    """How long ``slots`` are kept busy by these requests, each begun in the slot that is free first."""
    free = [0.0] * slots
    for each in seconds:
        heapq.heappush(free, heapq.heappop(free) + each)
    return max(free)


def main() -> None:
    print("model server   (pipeline: condense; job: read to check)")
    print("slots  units  requests     meant      server     pipeline     ratio       job      ratio  replaced")
    for pace, count in RUNS:
        print(measured(pace, count).line(), flush=True)
    print(f"wanted: a ratio of at most {BOUND}")


def measured(pace: Pace, count: int) -> Run:
    # In another process: this one must not have seen the words of the meeting before.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:
        answers = other.submit(_answers, count).result()
    inputs = _meeting(count)
    make_draft(_meeting(4, skipped=count), lambda _: load_model("extractive"), MemoryStore())
    with _serving(answers) as url, httpx2.Client(base_url=url) as server:
        server.post("/pace", json=asdict(pace))
        model = load_model("openai", ModelOptions(Endpoint(f"{url}/v1", "paced", slots=pace.slots)))
        clock = _Clock()
        began = time.perf_counter()
        document = make_draft(inputs, lambda _: model, MemoryStore(), progress=clock)
        whole = time.perf_counter() - began
        served = sorted((Served(**each) for each in server.get("/served").json()), key=lambda each: each.begun)
    return Run(
        pace=pace,
        requests=len(served),
        units=len(document.turns),
        meant=makespan([each.meant for each in served], pace.slots),
        own=makespan([each.ended - each.begun for each in served], pace.slots),
        condense=clock.began[Stage.CHECK] - clock.began[Stage.CONDENSE],
        whole=whole,
        replaced=len(document.replacements),
    )


def _meeting(count: int, skipped: int = 0) -> Inputs:
    """Turns of about 400 characters, as council records have them: two of the made-up ones run together."""
    turns = units(200 * 2 * (count + skipped) + 10_000)
    segments: list[dict[str, str]] = []
    for n in range(skipped, skipped + count):
        at = (n // 2) * 4 + n % 2
        for unit in (turns[at], turns[at + 2]):
            speaker = "北野議員" if n % 2 == 0 else "総務課長"
            segments.extend({"speaker": speaker, "text": each.text} for each in unit.utterances)
    meeting = Meeting.model_validate(
        {
            "title": "定例会",
            "starts_at": "2026-02-09T10:00:00+09:00",
            "ends_at": "2026-02-09T12:00:00+09:00",
            "agenda": [{"no": 1, "title": "協議", "kind": "discussion"}],
            "roster": [
                {"id": "a1", "name": "北野 光", "post": "議員", "side": "guest", "aliases": ["北野議員"]},
                {"id": "a2", "name": "南原 要", "post": "総務課長", "side": "own", "aliases": ["総務課長"]},
            ],
        }
    )
    return Inputs(
        transcript=json.dumps({"segments": segments}, ensure_ascii=False).encode(),
        filename="meeting.json",
        meeting=meeting,
        profile=load_profile(),
        model_name="openai",
    )


def _answers(count: int) -> dict[str, dict[str, str]]:
    """What the extractive backend makes of each turn, by the numbers of its utterances: one in ten wrong at first."""
    plain = make_draft(_meeting(count), lambda _: load_model("extractive"), MemoryStore())
    turns = {turn.id: turn for turn in plain.turns}
    answers: dict[str, dict[str, str]] = {}
    blocks = [block for section in plain.sections for block in section.blocks if block.turn_ids]
    for n, block in enumerate(blocks):
        sentences = [{"text": each.text, "evidence": list(each.evidence)} for each in block.sentences]
        right = json.dumps({"sentences": sentences}, ensure_ascii=False)
        wrong = right.replace('"evidence": ["', '"evidence": ["u9999", "') if n % _WRONG_EVERY == 4 else right
        for each in turns[block.turn_ids[0]].utterance_ids:
            answers[each] = {"first": wrong, "rest": right}
    return answers


@contextmanager
def _serving(answers: dict[str, dict[str, str]]) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "answers.json"
        told.write_text(json.dumps(answers, ensure_ascii=False), encoding="utf-8")
        command = [sys.executable, "-m", "bench.paced_server", str(told)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
