"""Names of the roster in other letters of the same sound: 川邊部長 for 河辺, かわべ委員 for 河辺."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from minutes.hearing.mora import katakana, moras, sound_class
from minutes.hearing.readings import entries, spelt_readings, words
from minutes.meeting import Attendee, Meeting
from minutes.mishearing import MeantFrom, Mishearing
from minutes.speakers.roster import ANY_TITLE, HONORIFICS, TITLES
from minutes.transcript.model import Utterance
from minutes.turn import Attribution

_KANJI = re.compile(r"[一-鿿々ヶ]+")
_HONORIFIC = re.compile(rf"(?:{HONORIFICS})(?!会)")
_TITLE = re.compile(rf"(?:{TITLES})(?!会|室|席)")
_INTRODUCES = re.compile(r"(?:です|でございます|と申します|ですが|でございますが|ですけれども)")
_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_LONGEST = 5
# What a title or an honorific has, and what follows a bare name: without either nobody is named.
_TITLE_LETTERS = frozenset("長員監事授生問任表士記総者代様氏君殿博知")
_NAME_AFTER = ("さん", "さま", "くん", "です", "でございます", "と申します")
_BEFORE_NAME = ("", "の", "、", "。", " ", "　")
# 福祉部の川井部長 is not the 財務部長 of the roster.
_BODY_BEFORE = re.compile(r"([一-鿿々ァ-ヴー]{1,10}[部課局室係市区町村県都府])の?$")
# 各委員, 両部長: no name stands there.
_NO_NAME = frozenset("各両全他同前元現新旧副正当本該諸")


@dataclass(frozen=True)
class _Person:
    attendee: Attendee
    reading: str
    told: bool
    """The clerk gave the reading; else it is the dictionary's."""


@dataclass(frozen=True)
class _Match:
    """Whose surname was heard."""

    person: _Person
    exact: bool
    """False where voicing or length differ: さわむら, ざわむら."""

    @property
    def attendee(self) -> Attendee:
        return self.person.attendee

    def judged(self, clue: str, sure: bool) -> tuple[float, str, bool]:
        """Confidence, reason and certainty, where ``clue`` says what agrees besides the sound."""
        sound = "読みが同じ" if self.exact else "読みがほぼ同じ"
        certain = sure and self.exact and self.person.told
        confidence = 0.95 if certain else 0.7 if self.exact else 0.5
        return confidence, f"名簿の「{self.attendee.surname}」と{sound}で、{clue}。", certain


@dataclass(frozen=True)
class _Roll:
    people: Mapping[str, Sequence[_Person]]
    """By the sound class of their surname."""
    right: frozenset[str]
    """Names as the clerk wrote them."""
    firsts: frozenset[str]
    """The kana with which a surname begins: most words of a meeting go no further."""

    @staticmethod
    def of(meeting: Meeting) -> "_Roll":
        found: dict[str, list[_Person]] = {}
        for attendee in meeting.roster:
            kana = (attendee.kana or "").split()
            reading = kana[0] if kana else "".join(w.reading for w in words(attendee.surname))
            if reading:
                person = _Person(attendee, katakana(reading), bool(kana))
                found.setdefault(sound_class(person.reading), []).append(person)
        right = frozenset(part for a in meeting.roster for part in (*a.name.split(), *a.aliases))
        return _Roll(found, right, frozenset(key[0] for key in found))

    def sounding(self, *readings: str) -> "_Match | None":
        """The only attendee whose surname sounds so, or else almost so."""
        exact: dict[str, _Person] = {}
        nearly: dict[str, _Person] = {}
        for reading in readings:
            if sound_class(reading[:1]) not in self.firsts:
                continue
            for person in self.people.get(sound_class(reading), ()):
                (exact if moras(person.reading) == moras(reading) else nearly)[person.attendee.id] = person
        found = list((exact or nearly).values())
        return _Match(found[0], bool(exact)) if len(found) == 1 else None

    def spelt_out(self) -> re.Pattern[str]:
        """Surnames in kana, of three letters or more: shorter ones are too often other words (もり, あべ)."""
        told = {p.reading for each in self.people.values() for p in each if p.told and len(p.reading) >= 3}
        spelt = sorted((form for r in told for form in (r, r.translate(_TO_HIRAGANA))), key=len, reverse=True)
        return re.compile(rf"(?:(?<![ぁ-ゖァ-ヺー])|(?<=の))(?:{'|'.join(spelt)})" if spelt else r"(?!)")


def misheard_names(
    utterances: Sequence[Utterance], attributions: Sequence[Attribution], meeting: Meeting
) -> list[Mishearing]:
    """Proposals for surnames. Certain: one attendee alone sounds so, and title or speaker agree."""
    roll = _Roll.of(meeting)
    kana = roll.spelt_out()
    speaker = {a.utterance_id: a.attendee_id for a in attributions}
    # The same few thousand words come again and again.
    heads: dict[str, tuple[str, _Match | None]] = {}
    found: list[Mishearing] = []
    for utterance in utterances:
        by = speaker.get(utterance.id)
        for match in _KANJI.finditer(utterance.text):
            run = match.group()
            if _TITLE_LETTERS.isdisjoint(run[1:]) and not utterance.text.startswith(_NAME_AFTER, match.end()):
                continue
            heard, who = heads[run] if run in heads else heads.setdefault(run, _head(run, roll))
            if who is not None:
                found.extend(_proposed(utterance, match.start(), match.start() + len(heard), who, by))
        for match in kana.finditer(utterance.text):
            who = roll.sounding(match.group())
            if who is not None and match.group() not in roll.right:
                found.extend(_proposed(utterance, match.start(), match.end(), who, by))
    return found


def _head(run: str, roll: _Roll) -> tuple[str, _Match | None]:
    """The beginning of a run of kanji that sounds like somebody's surname, and whose."""
    heads = [run[:length] for length in range(min(len(run), _LONGEST), 0, -1)]
    if run[0] not in _NO_NAME and not roll.right.intersection(heads):
        for heard in heads:
            who = roll.sounding(*_surname_readings(heard))
            if who is not None:
                return heard, who
    return "", None


def _proposed(utterance: Utterance, start: int, end: int, who: _Match, speaker: str | None) -> Iterator[Mishearing]:
    judged = _judged(utterance.text, start, end, who, speaker)
    if judged is not None:
        confidence, reason, certain = judged
        yield Mishearing(
            utterance_id=utterance.id,
            start=start,
            end=end,
            heard=utterance.text[start:end],
            meant=who.attendee.surname,
            source=MeantFrom.ROSTER,
            confidence=confidence,
            reason=reason,
            name=True,
            certain=certain,
        )


@lru_cache(maxsize=8192)
def _surname_readings(heard: str) -> tuple[str, ...]:
    known = entries(heard)
    as_name = tuple(dict.fromkeys(e.reading for e in known if e.name or e.pos[2] == "地名"))
    if known or len(heard) == 1:
        return as_name
    return spelt_readings(heard)


def _judged(text: str, start: int, end: int, who: _Match, speaker: str | None) -> tuple[float, str, bool] | None:
    attendee, before = who.attendee, text[max(0, start - 16) : start]
    title = _title_after(text, end, attendee)
    if title is not None and (fits := _holds(title, attendee)) is not None:
        elsewhere = _BODY_BEFORE.search(before)
        stranger = elsewhere is not None and elsewhere[1] not in attendee.org + attendee.post
        return who.judged(f"後の「{title}」が名簿と合います", fits and not stranger)
    if not who.exact:
        return None
    if speaker == attendee.id and before[-1:] in _BEFORE_NAME and _INTRODUCES.match(text, end):
        return who.judged("本人の名乗りです", True)
    if _HONORIFIC.match(text, end):
        near = [w for w in (attendee.post, attendee.org) if len(w) >= 2 and before.endswith((w, w + "の"))]
        if near:
            return who.judged(f"前の「{near[0]}」が名簿と合います", True)
        if _KANJI.match(text[start:end]):
            return who.judged("人の名前として使われています", False)
    return None


def _title_after(text: str, end: int, attendee: Attendee) -> str | None:
    if attendee.post and text.startswith(attendee.post, end):
        return attendee.post
    found = _TITLE.match(text, end)
    return found.group() if found else None


def _holds(title: str, attendee: Attendee) -> bool | None:
    """Whether the post of the attendee may be called so; None where it may not."""
    if attendee.post.endswith(title) or title in attendee.aliases:
        return True
    return False if title in ANY_TITLE else None
