"""Which files of a folder belong together: a meeting file and a transcript of the same name."""

import hashlib
import json
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from minutes.errors import Problem

MEETING_ENDINGS = frozenset({".yaml", ".yml", ".json"})
TRANSCRIPT_ENDINGS = frozenset({".vtt", ".srt", ".txt", ".docx", ".csv", ".tsv", ".xlsx", ".json", ".jsonl"})
OPTIONS = "取込設定"
"""Stem of the file that says for a whole folder which 会議体, department or profile its meetings have."""


@dataclass(frozen=True, order=True)
class Found:
    """A regular file as it stood when looked at. A file that is being written changes in size or time."""

    name: str
    size: int
    mtime_ns: int


@dataclass(frozen=True)
class Group:
    """Files of one stem. ``folder`` is the name below the inbox, empty for the inbox itself."""

    folder: str
    stem: str
    files: tuple[Found, ...]
    options: Found | None
    """The file that holds for the whole folder."""

    @property
    def id(self) -> str:
        """The same for whoever looks at these files, so that two who take them in do one and the same."""
        seen = [self.folder, *([each.name, each.size, each.mtime_ns] for each in self.files)]
        return hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Pair:
    meeting: Found
    transcript: Found


def grouped(folder: str, files: Iterable[Found]) -> list[Group]:
    """By stem. A name that a Mac wrote (NFD) is the same name; other files of the folder (.pdf, .mp4) are let be."""
    found: dict[str, list[Found]] = defaultdict(list)
    for each in sorted(files):
        stem, ending = split(each.name)
        if ending in MEETING_ENDINGS | TRANSCRIPT_ENDINGS and not each.name.startswith((".", "~")):
            found[stem].append(each)
    options = found.pop(OPTIONS, [])
    return [Group(folder, stem, tuple(members), options[0] if options else None) for stem, members in found.items()]


def pair_of(group: Group) -> Pair | Problem | None:
    """The two files; None while one is missing; the problem where it is not clear which two are meant.

    ``.json`` is the meeting file, but beside a ``.yaml`` it is the transcript.
    """
    endings = {each: split(each.name)[1] for each in group.files}
    meetings = [each for each in group.files if endings[each] in {".yaml", ".yml"}]
    meetings = meetings or [each for each in group.files if endings[each] == ".json"]
    transcripts = [each for each in group.files if each not in meetings and endings[each] in TRANSCRIPT_ENDINGS]
    if len(meetings) > 1 or len(transcripts) > 1:
        names = "、".join(shown(each.name) for each in group.files)
        return Problem(
            f"同じ名前のファイルが多く、組が分かりません（{names}）。",
            group.folder,
            "会議の情報（.json か .yaml）と文字起こしを1つずつにしてください。",
        )
    return Pair(meetings[0], transcripts[0]) if meetings and transcripts else None


def partner_missing(group: Group) -> Problem:
    """What to say of a file that waited in vain."""
    names = "、".join(shown(each.name) for each in group.files)
    has_meeting = any(split(each.name)[1] in MEETING_ENDINGS for each in group.files)
    missing = "文字起こし" if has_meeting else "会議の情報（.json か .yaml）"
    return Problem(
        f"対になる{missing}がありません。",
        names,
        "同じ名前（拡張子だけが違う名前）で、両方のファイルを置いてください。",
    )


def split(name: str) -> tuple[str, str]:
    """Stem, composed as everybody but a Mac writes it, and ending in small letters."""
    stem, dot, ending = unicodedata.normalize("NFC", name).rpartition(".")
    return (stem, dot + ending.lower()) if stem else (ending, "")


def shown(name: str) -> str:
    """A file name for people; bytes that are no letters become a mark."""
    return unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
