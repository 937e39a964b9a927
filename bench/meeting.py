"""A made-up meeting of any length: no two turns alike, in spoken Japanese with fillers."""

import itertools

from minutes.transcript.model import Utterance
from minutes.turn import TurnKind
from minutes.unit import Unit

TOPICS = (
    "窓口の予約",
    "防災無線",
    "給食費",
    "図書館の電子化",
    "職員研修",
    "標準化対応",
    "通学路",
    "生成AI",
    "健診の案内",
    "空き家",
)
PLACES = ("北部地区", "市内全域", "三つの支所", "駅前", "小中学校", "福祉施設", "公民館")
QUESTION = (
    "はい、ありがとうございます。えーと、{topic}についてなんですけれども、資料を見ますと{place}で{n}件となっております。",
    "これはですね、前の年に比べてどうなのか、あの、増えているのか減っているのか、気になっているところでございます。",
    "で、今後の見通しについてですね、どのようにお考えでしょうか。",
)
ANSWER = (
    "はい、お答えいたします。えー、{topic}につきましては、{place}を中心に、今年度{n}件を見込んでおります。",
    "まあ、負担がある面もですね、あるとは聞いておりますけれども、改善できるところは改善していきたいと思っております。",
    "予算としましては約{n}万円を計上しておりまして、国の補助金も活用する予定でございます。",
    "ただ、{place}につきましては、現時点では地元との調整が済んでおらず、時期をお示しできる段階にはございません。",
    "引き続き、{place}の皆様のご意見も伺いながら、検討してまいりたいと考えております。以上でございます。",
)


def units(characters: int) -> tuple[Unit, ...]:
    """Questions and answers in turn, with at least ``characters`` characters of speech in all."""
    found: list[Unit] = []
    numbers = itertools.count(1)
    total = 0
    asked = ""
    for n in itertools.count(1):
        kind, lines = (TurnKind.QUESTION, QUESTION) if n % 2 else (TurnKind.ANSWER, ANSWER)
        turn = (n + 1) // 2
        values = {
            "topic": TOPICS[turn % len(TOPICS)],
            "place": PLACES[turn % len(PLACES)],
            "n": 11 + 7 * turn,
        }
        texts = [line.format(**values) for line in lines]
        found.append(
            Unit(
                id=f"t{n:04}",
                kind=kind,
                attendee_id="a1",
                agenda_no=1,
                closed=False,
                utterances=tuple(Utterance(id=f"u{next(numbers):04}", label=None, text=text, line=1) for text in texts),
                context=(asked,) if kind is TurnKind.ANSWER else (),
                budget=120,
            )
        )
        asked = "".join(texts)
        total += len(asked)
        if total >= characters:
            return tuple(found)
    raise AssertionError("unreachable: count() does not end")
