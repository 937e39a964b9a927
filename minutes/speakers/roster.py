"""The roster as something that can be looked for in speech: every way in which an attendee may be named."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from minutes.folding import fold_key
from minutes.meeting import Attendee, Meeting
from minutes.speakers.keys import Keys, Part
from minutes.speakers.sound import LONGEST, Sounds, is_common_word, sounds

TITLES = (
    "副委員長|委員長代理|委員長|副議長|議長|副座長|座長|副会長|会長|副部会長|部会長|委員|議員|副部長|担当部長|部長|"
    "副課長|担当課長|課長|副局長|局長|次長|係長|主査|主任|業務執行理事|理事長|理事|副市長|市長|副区長|区長|副町長|"
    "町長|副村長|村長|副知事|知事|教育長|参事|主幹|室長|所長|館長|校長|園長|署長|消防長|監査委員|監|参与|顧問|准教授|"
    "教授|先生|博士|代表|社長|弁護士|事務局長|書記|幹事|座長代理|司会|総監|技監|本部長|支所長|管理者|院長|主事|参考人|公述人|副大臣|大臣|政務官|審議官|長官|構成員|監事|会計管理者"
)
HONORIFICS = "様|さま|さん|氏|君|くん|殿|先生"
ANY_TITLE = frozenset({"委員", "議員", "先生", "構成員", "博士", "参考人", "公述人", "大臣", "副大臣"})
"""Titles that say nothing about a post: any member may be called so."""

_KANJI = re.compile(r"[一-鿿々]")
_TITLE_AFTER = re.compile(rf"[一-鿿々ぁ-んーa-z]{{0,12}}?(?:{TITLES})")
_SHORT_TITLE_AFTER = re.compile(rf"(?:{TITLES})")
_GIVEN = re.compile(r"[一-鿿々ぁ-んー]{1,3}(?=です(?!か|ね|から|の|よ)|でござ|と申し)")
_NAME_FRAME = re.compile(rf"(?P<told>{HONORIFICS}|{TITLES}|と申し(?:ます|上げます))|です(?!か|ね|から|の|よ)|でござ")
"""What a name stands before: 様, a title, or the end of an introduction."""
_NAME_LETTER = re.compile(r"[一-鿿々ぁ-んー]")
REMEMBERED = 4096
_HONORIFIC_AFTER = re.compile(rf"(?:{HONORIFICS})")
_TITLE_BEFORE = re.compile(rf"(?:{TITLES}|代理|担当)$")
_GAP = re.compile(r"(?:の|、|,|・|から(?:お越し|参加|参りました)の)?(?:cio)?(?:代理)?(?:の|、|で)?")


@dataclass(frozen=True)
class Mention:
    """Someone named in a text, e.g. 「狛江市の平林様」. ``start`` and ``end`` are positions in the folded key."""

    start: int
    end: int
    ids: tuple[str, ...]
    part: Part
    title: str
    honorific: bool
    doubtful: bool
    """Named with an organisation or title that no such attendee has: somebody else may be meant."""
    sounded: bool = False
    """Found by the reading only: the characters are another name's."""


@dataclass(frozen=True)
class Roster:
    title: str
    """The meeting's title, by which a post is known to be an office of this very body."""
    attendees: dict[str, Attendee]
    forms: dict[str, tuple[tuple[str, Part], ...]] = field(repr=False)
    _pattern: re.Pattern[str] = field(repr=False)
    _keys: dict[str, Keys] = field(repr=False)
    _by_sound: Sounds = field(repr=False)
    _found: dict[str, list[Mention]] = field(repr=False, compare=False)
    """What ``mentions`` has found: several cues ask about the same words."""

    @staticmethod
    def of(meeting: Meeting) -> "Roster":
        forms: dict[str, dict[tuple[str, Part], None]] = defaultdict(dict)
        keys = {a.id: Keys.of(a) for a in meeting.roster}
        for identity, k in keys.items():
            for part, named in k.parts():
                for word in named:
                    forms[word][(identity, part)] = None
        # A recogniser writes 伊藤 for 伊東 as well: a surname heard means everyone whose surname sounds so.
        for identity, k in keys.items():
            alike = [i for i, other in keys.items() if i != identity and other.sounds & k.sounds]
            for word in k.surnames:
                for i in alike:
                    forms[word][(i, Part.NAME)] = None
        words = sorted((w for w in forms if w), key=len, reverse=True)
        pattern = re.compile("|".join(map(re.escape, words)) if words else r"(?!)")
        return Roster(
            fold_key(meeting.title),
            {a.id: a for a in meeting.roster},
            {w: tuple(v) for w, v in forms.items()},
            pattern,
            keys,
            Sounds.of((sound, i) for i, k in keys.items() if k.heard for sound in k.sounds),
            {},
        )

    def keys(self, identity: str) -> Keys:
        return self._keys[identity]

    def of_kind(self, kind: str) -> tuple[str, ...]:
        """Attendees whose organisation is of this kind: 「当機構」, 「うちの町」."""
        return tuple(i for i, k in self._keys.items() if any(o.endswith(kind) for o in k.orgs))

    def shown(self, ids: Iterable[str]) -> str:
        return "、".join(self.attendees[i].name for i in ids)

    def mentions(self, key: str) -> list[Mention]:
        """All mentions in a folded text, left to right; neighbouring parts (組織の姓＋役職) are one mention."""
        if key not in self._found:
            if len(self._found) >= REMEMBERED:
                self._found.clear()
            self._found[key] = self._search(key)
        return self._found[key]

    def _search(self, key: str) -> list[Mention]:
        found: list[Mention] = []
        position = 0
        sounding = self._sounding(key)
        match = self._pattern.search(key)
        while match or sounding:
            before = found[-1] if found else None
            if sounding and (match is None or sounding[0][1] <= match.start()):
                start, end, ids = sounding.pop(0)
                mention = (
                    self._named(key, start, end, ids, self._joined(key, start, before)) if start >= position else None
                )
                mention = replace(mention, sounded=True) if mention else None
                passed = position if mention is None else mention.end
            elif match:
                mention = self._mention(key, match, before)
                passed = match.start() + 1 if mention is None else max(mention.end, match.start() + 1)
                sounding = [s for s in sounding if mention is None or s[0] >= mention.end]
            if mention:
                if found and mention.start == found[-1].start:
                    found.pop()
                found.append(mention)
            position = max(position, passed)
            match = self._pattern.search(key, position)
        return found

    def _sounding(self, key: str) -> list[tuple[int, int, tuple[str, ...]]]:
        """Where a name of the roster stands in other characters: start, end and whose name sounds so."""
        found: list[tuple[int, int, tuple[str, ...]]] = []
        for frame in _NAME_FRAME.finditer(key) if self._by_sound.ids else ():
            end = first = frame.start()
            while first and end - first < LONGEST and _NAME_LETTER.match(key[first - 1]):
                first -= 1
            for start in range(first, end - 1):
                surface = key[start:end]
                inside = start and _KANJI.match(key[start - 1]) and _KANJI.match(surface)
                if inside or surface in self.forms or (not frame["told"] and is_common_word(surface)):
                    continue
                if ids := self._by_sound.whose(surface):
                    found.append((start, end, ids))
                    break
        return found

    @staticmethod
    def _joined(key: str, start: int, before: Mention | None) -> Mention | None:
        if before is None or before.part not in (Part.ORG, Part.POST) or before.honorific:
            return None
        return before if _GAP.fullmatch(key[before.end : start]) else None

    def _mention(self, key: str, match: re.Match[str], before: Mention | None) -> Mention | None:
        start, end = match.span()
        kinds = self.forms[match.group()]
        named = tuple(i for i, p in kinds if p is Part.NAME)
        joined = self._joined(key, start, before)
        if named:
            return self._named(key, start, end, named, joined)
        part = kinds[0][1]
        ids = tuple(dict.fromkeys(i for i, _ in kinds))
        if part is Part.POST and start and _KANJI.match(key[start - 1]) and not joined:
            return None
        if joined and (both := tuple(i for i in ids if i in joined.ids)):
            start, ids = joined.start, both
        honorific = _HONORIFIC_AFTER.match(key, end)
        return Mention(start, honorific.end() if honorific else end, ids, part, "", bool(honorific), False)

    def _named(self, key: str, start: int, end: int, ids: tuple[str, ...], joined: Mention | None) -> Mention | None:
        full = any(key[start:end] in self._keys[i].full for i in ids)
        if not full and start and not joined and _KANJI.match(key[start - 1]) and not _TITLE_BEFORE.search(key[:start]):
            return None
        title = self._title(key, end, ids)
        after = end + len(title)
        honorific = _HONORIFIC_AFTER.match(key, after)
        given = None if title or honorific else _GIVEN.match(key, end)
        surnames_only = tuple(i for i in ids if not self._keys[i].givens)
        if given and surnames_only:
            # A roster of surnames only: 「共産党の林稔史です」 is its 林.
            ids, after = surnames_only, given.end()
        elif not full and not title and not honorific and end < len(key) and _KANJI.match(key[end]):
            return None
        doubtful = False
        fitting = ids
        if title and title not in ANY_TITLE:
            fitting = tuple(i for i in ids if self._keys[i].holds(title))
            doubtful = not fitting
        prefix = key[max(0, start - 30) : start]
        if joined:
            both = tuple(i for i in fitting or ids if i in joined.ids)
            near = both or tuple(i for i in fitting or ids if self._keys[i].near(prefix))
            doubtful = doubtful or not near
            fitting = near
        elif len(fitting) > 1:
            fitting = tuple(i for i in fitting if self._keys[i].near(prefix)) or fitting
        if not joined and self._elsewhere(prefix, fitting or ids):
            doubtful = True
        return Mention(
            joined.start if joined else start,
            honorific.end() if honorific else after,
            fitting or ids,
            Part.NAME,
            title,
            bool(honorific),
            doubtful,
        )

    def _title(self, key: str, end: int, ids: tuple[str, ...]) -> str:
        for identity in ids:
            for post in self._keys[identity].posts:
                if post and key.startswith(post, end):
                    return post
        match = _SHORT_TITLE_AFTER.match(key, end) or _TITLE_AFTER.match(key, end)
        if match is None or "の" in match.group() or "、" in match.group():
            return ""
        return match.group()

    def _elsewhere(self, prefix: str, ids: tuple[str, ...]) -> bool:
        """「多摩市の」 before a name of which every bearer is of another municipality."""
        town = re.search(r"([一-鿿々ぁ-ん]{1,8}[都道府県市区町村])(?:役所|役場|議会)?の$", prefix)
        if town is None:
            return False
        orgs = [o for i in ids for o in self._keys[i].orgs]
        municipal = [o for o in orgs if re.search(r"[市区町村]$", o)]
        if not municipal or len(municipal) != len(orgs) or any(town[1].endswith(o) for o in municipal):
            return False
        # 「駒山市の」 heard for 狛山市: the organisation too may be written by its sound.
        heard = {town[1][-len(o) :] for o in municipal}
        return not any(sounds(h) & sounds(o) for h in heard for o in municipal)
