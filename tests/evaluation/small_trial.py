"""A debate of one question and one answer, small enough to measure by hand, and a server that answers as it is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripted_server import MODEL, Asked, Script, Server, serving

from evaluation.datasets.record import Record, Speech, made_meeting
from evaluation.trial.material import Material
from evaluation.trial.running import Trial
from minutes.meeting import Attendee, Side
from minutes.profiles import load_profile
from models.openai_compatible import Endpoint
from models.options import ModelOptions
from models.registry import load_model

ROSTER = (
    Attendee(id="a", name="北野 光", post="議員", side=Side.GUEST),
    Attendee(id="b", name="南原 要", post="総務部長", side=Side.OWN),
    Attendee(id="c", name="東 悟", post="議長", side=Side.OWN),
)
QUESTION = "防災無線の更新の時期について、どのようにお考えでしょうか。"
ANSWER = "防災無線の更新につきましては、令和九年度に実施する予定でございます。"
ASKED = "防災無線の更新について、どのように考えているか。"
ANSWERED = "防災無線の更新は、令和9年度に実施する予定である。"


def debate(name: str, question: str = QUESTION, part: str = "kiryu") -> Material:
    record = Record(
        name=name,
        meeting=made_meeting("定例会", "2026-05-20", ROSTER),
        speeches=(
            Speech(label="議長（東悟）", text="次に、北野光議員の質問を許します。", debated=False),
            Speech(label="議員（北野光）", text=question),
            Speech(label="総務部長（南原要）", text=ANSWER),
        ),
    )
    return Material(
        part=part,
        name=name,
        transcript=record.transcript(),
        filename="record.json",
        meeting=record.meeting,
        debate=record.debate(),
        references=("更新の時期",),
    )


def about_the_question(asked: Asked) -> bool:
    return "u0002" in asked.ids


@contextmanager
def trial(script: Script, state: Path, told: list[str] | None = None) -> Iterator[tuple[Trial, Server]]:
    with serving(script) as server:
        endpoint = Endpoint(server.url, MODEL, slots=2, attempts=1, backoff_seconds=0.001)

        def load(name: str):
            return model if name == "openai" else load_model(name)

        model = load_model("openai", ModelOptions(endpoint, show_closed=True))
        try:
            yield Trial("openai", load, load_profile(), state, tell=(told or []).append), server
        finally:
            model.backend.close()
