"""Each utterance with every cue found in it: what was heard, before anybody asks whose voice it was."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from minutes.folding import Folded, fold
from minutes.speakers.acts import chairs_here, gives_floor, presides
from minutes.speakers.cues import (
    HEAD,
    TAIL,
    Hint,
    addressee,
    call,
    handover,
    introduction,
    own_org,
    presents_others,
    reply,
    stranger,
    thanks,
    vocative,
)
from minutes.speakers.roster import Roster
from minutes.transcript.model import Transcript

_SHORT = re.compile(
    r"(?:はい|ええ|えー|うん|ああ|あー|あ|なるほど|そうですね|そうです|承知(?:いた)?しました|分かりました|わかりました|"
    r"ありがとうござい(?:ます|ました)|すみません|失礼(?:いた)?し(?:ます|ました)|異議なし|異議(?:は)?ありません|結構です|大丈夫です|"
    r"よろしくお願い(?:いた)?します|どうも|了解(?:です|しました)|お願いします|[。、!?…ー])*"
)
_FINISHED = re.compile(
    r"(?:[。!?…」』)〕\]]|です|ます|ました|ません|でした|でしょう|ください|下さい|どうぞ|か|ね|よ|さん|様|した|ない|いたい|お願い|以上)$"
)
_GOES_ON = re.compile(r"(?:どうぞ|お?願い|ご?発言|いかが|から|より|の|、|に|は|が|を|も)")
_STAGE = re.compile(r"(?:[〔\[(][^〕\])]{0,60}[〕\])]|拍手|。)+")
"""Written by a stenographer, spoken by nobody: 〔登壇〕（拍手）."""
_ANOTHER = re.compile(r"^(?:はい|ええ|いえ|お答え|ご?答弁|ありがとう|それでは|ただいま)")
"""Nobody goes on with a sentence so, even where the one before stands unfinished."""
PRESENTED_AT_MOST = 8
"""Utterances after 「事務局を紹介します」 in which a name is somebody else's."""
JOINED_AT_MOST = 12
"""Pieces of one sentence that are read together; recognisers cut a sentence into two or three."""


def is_backchannel(key: str) -> bool:
    """Only agreement or thanks, at most 20 characters."""
    return len(key) <= 20 and bool(_SHORT.fullmatch(key))


@dataclass(frozen=True)
class Heard:
    """One utterance with the cues found in it."""

    index: int
    id: str
    label: str | None
    text: Folded
    starts: bool
    """False in the middle of a sentence that the file has cut in two."""
    intro: Hint | None
    stranger: str | None
    call: Hint | None
    """As the chair would call; others only ask (``request``)."""
    request: Hint | None
    handover: Hint | None
    addressee: Hint | None
    thanks: Hint | None
    reply: Hint | None
    own_org: Hint | None
    chairing: bool
    presiding: bool
    floor: bool
    """Somebody is given the floor, whoever it is."""
    spoken_to: tuple[str, ...]

    @property
    def slight(self) -> bool:
        return is_backchannel(self.text.key) or self.stage

    @property
    def stage(self) -> bool:
        return bool(_STAGE.fullmatch(self.text.key))

    @property
    def names(self) -> frozenset[str]:
        """Whom the words call, thank or answer: nobody calls himself."""
        hints = (self.call, self.thanks, self.reply)
        return frozenset(self.spoken_to) | {h.ids[0] for h in hints if h and len(h.ids) == 1}


def listen(transcript: Transcript, roster: Roster) -> list[Heard]:
    texts = [fold(u.text) for u in transcript.utterances]
    labels = [u.label for u in transcript.utterances]
    cut = [_cut_short(texts, labels, n) for n in range(len(texts))]
    return [_heard(transcript, texts, cut, n, roster) for n in range(len(texts))]


def _cut_short(texts: Sequence[Folded], labels: Sequence[str | None], n: int) -> bool:
    """Whether the next utterance of the same label goes on with this one's sentence."""
    if n + 1 >= len(texts) or labels[n] != labels[n + 1] or not texts[n].key:
        return False
    if _ANOTHER.match(texts[n + 1].key) or gives_floor(texts[n].key):
        return False
    if texts[n].key.endswith(("さん", "様", "君")):
        return bool(_GOES_ON.match(texts[n + 1].key))
    return not _FINISHED.search(texts[n].key)


def _heard(transcript: Transcript, texts: Sequence[Folded], cut: Sequence[bool], n: int, roster: Roster) -> Heard:
    u, text = transcript.utterances[n], texts[n]
    starts = not (n and cut[n - 1])
    ahead, behind = _ahead(texts, cut, n), _behind(texts, cut, n)
    called = None if cut[n] else call(behind, roster, by_chair=True)
    intro = None if _presented(transcript, texts, n) else _within(introduction(ahead, roster), text)
    if intro and not starts:
        # After an unfinished sentence only a full 「狛山市の平岡です」 is another voice; a bare name may end that sentence.
        intro = intro if "の" in intro.quote else None
        starts = intro is not None
    return Heard(
        n,
        u.id,
        u.label,
        text,
        starts,
        intro,
        stranger(ahead, roster) if starts and intro is None else None,
        called,
        None if cut[n] else call(behind, roster, by_chair=False),
        None if cut[n] else handover(behind, roster),
        None if cut[n] else addressee(behind, roster),
        _within(thanks(ahead, roster), text) if starts else None,
        _within(reply(ahead, roster), text) if starts else None,
        own_org(ahead, roster),
        chairs_here(behind.key),
        presides(text.key),
        called is not None or gives_floor(text.key),
        vocative(ahead, roster) if starts else (),
    )


def _presented(transcript: Transcript, texts: Sequence[Folded], n: int) -> bool:
    """Whether the same label has just announced that it will present people."""
    for k in range(n - 1, max(n - 1 - PRESENTED_AT_MOST, -1), -1):
        if transcript.utterances[k].label != transcript.utterances[n].label or len(texts[k].key) > HEAD:
            return False
        if presents_others(texts[k].key):
            return True
    return False


def _ahead(texts: Sequence[Folded], cut: Sequence[bool], n: int) -> Folded:
    last = n
    length = len(texts[n].key)
    while cut[last] and length < HEAD and last - n < JOINED_AT_MOST:
        last += 1
        length += len(texts[last].key)
    return texts[n] if last == n else _joined(texts[n : last + 1])


def _behind(texts: Sequence[Folded], cut: Sequence[bool], n: int) -> Folded:
    first = n
    length = len(texts[n].key)
    while first and cut[first - 1] and length < TAIL and n - first < JOINED_AT_MOST:
        first -= 1
        length += len(texts[first].key)
    return texts[n] if first == n else _joined(texts[first : n + 1])


def _joined(texts: Sequence[Folded]) -> Folded:
    return Folded("".join(t.raw for t in texts), "".join(t.key for t in texts))


def _within(hint: Hint | None, text: Folded) -> Hint | None:
    """Words that begin in the next utterance belong to that one."""
    return hint if hint and hint.start < len(text.key) else None
