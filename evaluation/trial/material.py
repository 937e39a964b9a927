"""What a model is tried on: the fictional meetings with gold, and published records where there are any."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evaluation.datasets.committees import read_diet, read_shinagawa
from evaluation.datasets.kiryu import read_kiryu
from evaluation.datasets.kodaira import read_kodaira
from evaluation.datasets.record import Record
from evaluation.fictional import MEETINGS
from evaluation.gold import Gold, read_gold_meetings
from evaluation.salience import Score, points_recall, sub_question_recall
from minutes.errors import InputError
from minutes.meeting import Meeting
from minutes.value import Value


class Material(Value):
    """One meeting as the product would be given it, with what people wrote about it."""

    part: str
    """Name of the collection it is of: a key of ``COLLECTIONS``."""
    name: str
    transcript: bytes
    filename: str
    meeting: Meeting
    gold: Gold | None = None
    debate: tuple[str, ...] = ()
    """What baselines choose from; empty where there is nothing to compare with."""
    references: tuple[str, ...] = ()
    """Sub-questions or summary points that people wrote."""


@dataclass(frozen=True)
class Collection:
    title: str
    read: Callable[[Path], tuple[Record, ...]] | None
    """None for the fictional meetings, which come with the program."""
    score: Score | None = None
    """How much of the references a draft keeps."""
    scored: str = ""
    """What the score is called."""


COLLECTIONS: dict[str, Collection] = {
    "fictional": Collection("架空の会議（正解つき）", None),
    "kiryu": Collection("桐生市議会（一問一答）", read_kiryu, sub_question_recall, "通告項目のバイグラム再現率"),
    "kodaira": Collection(
        "小平市議会（議員による要約つき）", read_kodaira, points_recall, "要約の内容語 ROUGE-1 再現率"
    ),
    "shinagawa": Collection("品川区の委員会", read_shinagawa),
    "diet": Collection("国会の委員会", read_diet),
}


def materials(data: Path | None, only: Sequence[str], limit: int | None) -> tuple[Material, ...]:
    """The first ``limit`` meetings of each collection named, of all where none is named.

    Records are left out where no folder is given. Raises InputError for unknown names and unreadable data.
    """
    unknown = [name for name in only if name not in COLLECTIONS]
    if unknown:
        raise InputError(
            f"モデルを試す会議「{'、'.join(unknown)}」はありません。",
            where="--only",
            remedy=f"次から選んでください：{'、'.join(COLLECTIONS)}。",
        )
    if data is not None and not data.is_dir():
        raise InputError("評価データのフォルダーがありません。", where=str(data), remedy="--data を確かめてください。")
    found = tuple(each for name in only or COLLECTIONS for each in tuple(_of(name, data))[:limit])
    if not found:
        raise InputError(
            "測る会議がありません。",
            where="--only",
            remedy="fictional を含めるか、--data に評価データのフォルダーを指定してください。",
        )
    return found


def _of(name: str, data: Path | None) -> Iterator[Material]:
    read = COLLECTIONS[name].read
    if read is None:
        for each in read_gold_meetings(MEETINGS):
            yield Material(
                part=name,
                name=each.name,
                transcript=each.transcript,
                filename=each.filename,
                meeting=each.meeting,
                gold=each.gold,
            )
    elif data is not None:
        for record in read(data):
            yield Material(
                part=name,
                name=record.name,
                transcript=record.transcript(),
                filename="record.json",
                meeting=record.meeting,
                debate=record.debate(),
                references=record.references,
            )
