"""Sentences that only name a matter: kept in questions, whose index they are, and joined to what follows elsewhere."""

import re
from collections.abc import Sequence
from dataclasses import replace

from models.extractive.candidates import Candidate
from models.extractive.cues import announces, content_words

_MATTER = re.compile(
    r"(?:について|に関して|の件)(?:です|でございます|であります|、?(?:ご|お|御)?(?:伺|質問|尋ね|聞き|提案|提言))"
)
_ITEM = re.compile(r"(?:件名|項目|題名|テーマ|議題|質問)(?:め|目)?(?:は|として|、|の中)")
_NUMBER = re.compile(r"第?[一二三四五六七八九十1-9１-９]+(?:件名|項目|つ目|番目|点目|の?質問|問目)")
# 「では、2点目の質問に移りますが」: the number stands in front.
_FRONT = 30


def names_matter(sentence: str) -> bool:
    """True for 「次に、2項目めの避難所の運営についてです。」, 「まず、1点目は、…」 and 「〜についてお伺いします。」"""
    return bool(
        announces(sentence) or _MATTER.search(sentence) or _ITEM.search(sentence) or _NUMBER.search(sentence[:_FRONT])
    )


_JOINS = r"(?:(?:まず|初めに|次に|続いて|続きまして|最後に|それから|また)、)*"
_POINT = r"[0-9０-９一二三四五六七八九]+(?:点目|つ目|番目|項目め?)(?:の|は、?|に、?)"
_IS = r"(?:です|でございます|であります)(?:が|けれども)?、?。?$"
_ABOUT = r"(?:について|に関して|の件)(?:の(?:ご|御)?(?:質問|お尋ね))?"
# Without について only a numbered point is known to be a header: 「4点目の体育館の空調の整備でございます。」
_HEADERS = (
    re.compile(rf"^(?P<order>{_JOINS}(?:{_POINT})?)(?P<matter>[^、。]{{2,40}}?){_ABOUT}{_IS}"),
    re.compile(rf"^(?P<order>{_JOINS}{_POINT})(?P<matter>[^、。は]{{2,40}}?)(?:ということ)?{_IS}"),
)
_OWN_TOPIC = re.compile(r"^[^、。]{1,24}(?:(?<!の)は|については|につきましては|に関しましては)、")


def led_in(found: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """「まず、空き店舗の補助金についてです。」＋「貸すことに慎重な所有者が多い状況です。」 → one sentence with 「〜については、」.

    The sentence after a header says what the header is about, so both stand together or not at all. One that names its
    own topic (「執行率は、…」) needs none; it takes the header's evidence.
    """
    done: list[Candidate] = []
    header: tuple[Candidate, re.Match[str]] | None = None
    for candidate in found:
        if candidate.empty:
            done.append(candidate)
            continue
        if header is not None:
            done.append(_joined(*header, candidate))
            header = None
            continue
        match = next(filter(None, (each.match(candidate.text) for each in _HEADERS)), None)
        if match:
            header = (candidate, match)
        else:
            done.append(candidate)
    if header is not None:
        done.append(header[0])
    return tuple(done)


def _joined(header: Candidate, match: re.Match[str], said: Candidate) -> Candidate:
    evidence = tuple(dict.fromkeys((*header.evidence, *said.evidence)))
    again = content_words(match["matter"]) & content_words(said.text[: 2 * len(match["matter"])])
    if again or _OWN_TOPIC.match(said.text):
        return replace(said, evidence=evidence)
    # 4つ目は、…については、 would have two topics.
    order = re.sub(r"(?<=[目め])は、?$", "の", match["order"])
    return replace(said, text=f"{order}{match['matter']}については、{said.text}", evidence=evidence)
