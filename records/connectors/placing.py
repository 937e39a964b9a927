"""How a parcel comes into a store of files, whichever it is, so that a crash at any step does no harm.

Each file is written under a temporary name, checked and renamed; nothing that is there is ever replaced; the index
comes last. What an earlier try left is taken up: whole files count, half ones have the temporary name and are
written anew. So after any number of crashes the next try ends with the same files, once each.
"""

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from records.connectors.protocol import Parcel, ParcelFile, Receipt, Refused, Unreachable

LARGEST = 100_000_000
"""Bytes above which a file is nobody's package: it is not read to see whether it is ours."""


class Taken(Exception):
    """A file of that name is there already."""


@dataclass(frozen=True)
class Found:
    size: int
    sha256: str | None
    """None where the store does not let us read, and above LARGEST."""

    def is_(self, content: bytes) -> bool:
        return self.size == len(content) and self.sha256 in (None, hashlib.sha256(content).hexdigest())


class FileStore(Protocol):
    """A folder somewhere; paths are relative to it and parted by ``/``.

    Every method raises Unreachable or Refused, with a sentence for people; ``write`` and ``rename`` also Taken.
    """

    def look(self, path: str) -> Found | None:
        """What is at ``path``; None where nothing is. Refused for what is no file."""
        ...

    def make_folder(self, path: str) -> None:
        """One that is there already is as good."""
        ...

    def write(self, path: str, content: bytes) -> None:
        """A new file, in lasting form when this returns."""
        ...

    def rename(self, old: str, new: str) -> None:
        """Within one folder; ``new`` is not replaced."""
        ...

    def remove(self, path: str) -> None:
        """One that is not there is as good."""
        ...

    def place(self, path: str) -> str:
        """The path or address that people of the other side know it by."""
        ...


def place(store: FileStore, parcel: Parcel) -> Receipt:
    """All files of the parcel in the store. Raises Refused for a file of the same name with other content."""
    brought = [_bring(store, parcel, file) for file in parcel.files]
    last = store.look(parcel.files[-1].path)
    blind = last is not None and last.sha256 is None
    return Receipt(
        tuple(store.place(file.path) for file in parcel.files),
        already=not any(brought),
        notes=("相手側のファイルを読み返せないため、大きさだけを確かめました。",) if blind else (),
    )


def try_out(store: FileStore) -> tuple[str, ...]:
    """Whether a parcel could be placed now, by two small files that are gone afterwards; what people should know.

    Raises Unreachable and Refused as the store does.
    """
    name = f".gijiyoshi-check-{secrets.token_hex(8)}"
    one, two, three = parts = tuple(f"{name}-{number}.part" for number in (1, 2, 3))
    notes: list[str] = []
    try:
        for part in (one, two):
            _write(store, part, part.encode())
        store.rename(two, three)
        try:
            store.rename(one, three)
        except Taken:
            pass
        else:
            notes.append(
                "同じ名前のファイルがあると、相手側が断らずに置き換えます。ほかの人と同じ場所を使わないでください。"
            )
    except (Unreachable, Refused):
        for part in parts:
            _remove_if_possible(store, part)
        raise
    for part in parts:
        store.remove(part)
    return tuple(notes)


def temporary(parcel_id: str, path: str) -> str:
    """In the same folder, because only there a rename is one step; a point first, because watchers pass over it."""
    folder, slash, _ = path.rpartition("/")
    digest = hashlib.sha256("\n".join((parcel_id, path)).encode()).hexdigest()
    return f"{folder}{slash}.gijiyoshi-{digest[:20]}.part"


def _bring(store: FileStore, parcel: Parcel, file: ParcelFile) -> bool:
    """False where it was there."""
    part = temporary(parcel.id, file.path)
    if _there(store, file):
        store.remove(part)
        return False
    folder = file.path.rpartition("/")[0]
    if folder:
        store.make_folder(folder)
    try:
        _write(store, part, file.content)
        store.rename(part, file.path)
    except Taken:
        # Between our look and now: another try of the same delivery, or somebody else.
        _remove_if_possible(store, part)
        if not _there(store, file):
            raise _in_motion(store, file.path) from None
        return False
    except (Unreachable, Refused):
        _remove_if_possible(store, part)
        raise
    found = store.look(file.path)
    if found is None or not found.is_(file.content):
        raise _in_motion(store, file.path)
    return True


def _write(store: FileStore, part: str, content: bytes) -> None:
    store.remove(part)
    try:
        store.write(part, content)
    except Taken:
        raise _in_motion(store, part) from None
    found = store.look(part)
    if found is None or not found.is_(content):
        raise _in_motion(store, part)


def _there(store: FileStore, file: ParcelFile) -> bool:
    found = store.look(file.path)
    if found is None:
        return False
    if not found.is_(file.content):
        raise Refused(
            f"「{file.path}」は、内容の違うファイルとして相手側に既にあります。置き換えていません。",
            where=store.place(file.path),
            remedy="相手側にあるものを確かめ、要らなければ移すか消してから、もう一度送ってください。",
        )
    return True


def _remove_if_possible(store: FileStore, part: str) -> None:
    with suppress(Unreachable, Refused):  # else the next try removes it
        store.remove(part)


def _in_motion(store: FileStore, path: str) -> Unreachable:
    return Unreachable(
        "書いたファイルが、読み返すと書いたとおりではありません。",
        where=store.place(path),
        remedy="自動で送り直します。続く場合は、相手側の記録及び空き容量を確かめてください。",
    )


def no_space(where: str) -> Unreachable:
    """The other side is full: what was begun is taken away again, and a later try may find room."""
    return Unreachable(
        "相手側の空き容量がないか、割り当てられた容量を使い切っています。",
        where=where,
        remedy="容量を空けるよう、相手側の管理者に依頼してください。自動で送り直します。",
    )
