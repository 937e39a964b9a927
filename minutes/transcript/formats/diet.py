"""Speeches of the National Diet: the API's ``speechRecord`` (alone or by meeting), and flat lists made from it.

A speech begins with the mark of the printed record (○会長（鷺沢…君）, ○鷺沢委員長), beside which the API tells the whole
name. The label keeps both: the office shows who presides, the name is what a roster has.
"""

import re
from typing import Any

from minutes.transcript.fragment import LINE_END, Findings, Fragment, Reading, join_lines
from minutes.transcript.json_fields import at_path, objects, words
from minutes.transcript.model import TranscriptFormat

_TITLES = (
    "国務大臣|副大臣|大臣政務官|大臣|政務官|政府参考人|政府特別補佐人|政府委員|参考人|公述人|証人|説明員|"
    "最高裁判所長官代理者|会計検査院長|会計検査院当局者|検査官|国立国会図書館長|専門員|事務総長|事務次長|法制局長|委員部長|"
    "仮議長|副議長|議長|副会長|会長代理|会長|小委員長|理事|委員長代理|委員長|主査代理|主査|分科員|小委員|委員|議員|君"
)
_OFFICE = re.compile(rf"(?:[（(][^（）()]{{1,4}}[）)])?((?:衆議院|参議院|内閣)?(?:{_TITLES}))")
_MARK = re.compile(r"[○◯〇◎◆]([^\s　]{1,40})(?:　|[ \t]|\r|\n)+")
_RULES = re.compile(r"[ 　\t]*[-‐―─━—－◇]{3,}[ 　\t]*$")
_NO_SPEECH = "会議録情報"


def fits(document: Any) -> bool:
    return bool(_speeches(document))


def read(document: Any) -> Reading:
    """One fragment for each speech; the head of the record (attendance, papers) is no speech."""
    found = Findings()
    speeches = _speeches(document)
    for number, speech in enumerate(speeches, start=1):
        said = speech.get("speech", speech.get("text"))
        if not isinstance(said, str):
            found.notice(number, "speech（文字列）がないため、読めませんでした。", "取得し直してください。")
            continue
        speaker = words(given, number, found) if isinstance(given := speech.get("speaker"), str) else ""
        if speaker == _NO_SPEECH:
            found.notice(number, "会議録の冒頭（出席者など）です。", "発言に含めていません。")
            continue
        mark, said = _split(said, "".join(speaker.split()))
        lines = [_RULES.sub("", line) for line in LINE_END.split(said)]
        found.fragments.append(Fragment(_label(mark, speaker), words(join_lines(lines), number, found), number))
    return found.reading(TranscriptFormat.DIET)


def _speeches(document: Any) -> list[dict[str, Any]]:
    if isinstance(document, dict):
        meetings = objects(document, "meetingRecord")
        return objects(document, "speechRecord") or [s for m in meetings for s in objects(m, "speechRecord")]
    if not isinstance(document, list):
        return []
    first = at_path(document, 0)
    api = isinstance(first, dict) and ("speechOrder" in first or "speechID" in first)
    house = isinstance(first, dict) and "speaker" in first and ("house" in first or "nameOfHouse" in first)
    return [element if isinstance(element, dict) else {} for element in document] if api or house else []


def _split(said: str, speaker: str) -> tuple[str, str]:
    """The mark without its circle, and what follows it; the space between them is not always kept."""
    said = said.lstrip()
    if not said.startswith(("○", "◯", "〇", "◎", "◆")):
        return "", said
    if (match := _MARK.match(said)) and (_names(match[1], speaker) or not speaker):
        return match[1], said[match.end() :]
    for length in range(len(speaker), 0, -1):
        if said.startswith(speaker[:length], 1) and (office := _OFFICE.match(said, 1 + length)):
            return said[1 : office.end()], said[office.end() :]
    return "", said


def _names(mark: str, speaker: str) -> bool:
    """The mark says who speaks: the whole name in it, or a surname and an office and no more."""
    if speaker in mark:
        return bool(re.search(r"[）)]$|君$", mark)) or mark.endswith(speaker)
    return any(
        mark.startswith(speaker[:length]) and (office := _OFFICE.match(mark, length)) and office.end() == len(mark)
        for length in range(len(speaker), 0, -1)
    )


def _label(mark: str, speaker: str) -> str | None:
    if not mark or not speaker:
        return mark or speaker or None
    if "".join(speaker.split()) in mark:
        return mark
    office = next(
        found[1]
        for length in range(len(speaker), 0, -1)
        if mark.startswith(speaker[:length]) and (found := _OFFICE.match(mark, length))
    )
    return f"{office}（{speaker}）"
