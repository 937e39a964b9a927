"""Lines that recognisers make up where nobody speaks: farewells of video channels, credits, loops."""

import re
from collections.abc import Sequence

from minutes.folding import fold
from minutes.transcript.model import Utterance

_POLITE = r"(?:を)?(?:どうぞ|何卒|是非|ぜひ)?(?:よろしく|宜しく)?お?願い(?:いた|致)?し(?:ます|たい(?:です|と思います))"
_WATCHED = r"(?:最後まで|ここまで|本日も|今回も|この動画を)*(?:ご視聴|ご覧|見て)(?:いただ(?:き|いて)|頂(?:き|いて)|くださって|くださり)?(?:まして)?、?"
_LINES = (
    rf"{_WATCHED}(?:本当に|誠に|どうも)?ありがとうござい(?:ます|ました)",
    r"(?:良|よ)かったら(?:チャンネル登録|高評価).{0,30}",
    rf"(?:ぜひ|よければ|よろしければ)?、?(?:チャンネル登録|高評価)(?:(?:と|や|、|&)?(?:チャンネル登録|高評価|コメント|グッドボタン))*"
    rf"(?:(?:の(?:ほう|方)?)?(?:も|を)?、?{_POLITE}|(?:して)?ください(?:ね)?)?",
    r"(?:それでは、?)?(?:また|次回)の?(?:動画|配信|放送|番組)(?:で|も|を)(?:お会いしましょう|お楽しみに|お待ちしております)",
    r"(?:この)?(?:番組|放送|動画)は.{1,30}(?:の提供|のご協力|提供)で?(?:お送りしました|お送りします)",
    r"(?:日本語)?字幕(?:提供|作成|編集|監修|翻訳)?(?:者|by|:|は)?.{0,24}(?:by|提供|作成|視聴者|字幕|ご覧ください|amara\.org).{0,24}",
    r"字幕(?:を)?(?:ご覧|ご視聴)(?:いただき)?ありがとうございました",
    r"thanks?(?:you)?(?:so|very)?(?:much)?forwatching",
    r"(?:please)?(?:like(?:and)?)?subscribe(?:tomychannel)?",
)
_INVENTED = re.compile("(?:" + "|".join(_LINES) + ")[。．.!！♪]*")
_MARKS = re.compile(r"[。．.、,!！♪\s]")
# People repeat はい and 異議なし; nobody says a sentence of this length three times in a row.
_LEAST_REPEATED = 8
_REPEATS = 3
_LONGEST_LINE = 80
_LEAST_LOOP = 20
_LONGEST_PHRASE = 20
_LOOP = re.compile(r"(.{3,20}?)\1{4,}")
_LOOP_SHARE = 0.8


def is_invented(text: str) -> bool:
    """Whether the whole utterance is such a line, or little more than one phrase over and over."""
    # Most utterances are too long for a line and too varied for a loop: that is seen at once.
    if len(text) > _LONGEST_LINE and len(set(text)) > _most_letters(len(text)):
        return False
    said = fold(text).raw
    if len(said) <= _LONGEST_LINE and _INVENTED.fullmatch(said.lower()):
        return True
    return _is_loop(_MARKS.sub("", said))


def invented_ids(utterances: Sequence[Utterance]) -> frozenset[str]:
    """All such utterances; of one sentence repeated in a row by one label, all but the first."""
    found = {u.id for u in utterances if is_invented(u.text)}
    row: list[Utterance] = []
    for utterance in (*utterances, None):
        if row and utterance is not None and _same(row[0], utterance):
            row.append(utterance)
            continue
        if len(row) >= _REPEATS and len(_plain(row[0])) >= _LEAST_REPEATED:
            found.update(u.id for u in row[1:])
        row = [utterance] if utterance is not None else []
    return frozenset(found)


def _same(one: Utterance, other: Utterance) -> bool:
    return one.label == other.label and one.text == other.text


def _plain(utterance: Utterance) -> str:
    return _MARKS.sub("", fold(utterance.text).raw)


def _most_letters(length: int) -> float:
    """How many different letters a text of this length may have and still be a loop."""
    return _LONGEST_PHRASE + (1 - _LOOP_SHARE) * length


def _is_loop(said: str) -> bool:
    if len(said) < _LEAST_LOOP or len(set(said)) > _most_letters(len(said)):
        return False
    looped = sum(match.end() - match.start() for match in _LOOP.finditer(said) if len(set(match[1])) > 1)
    return looped >= _LOOP_SHARE * len(said)
