"""The algorithm for every store of files, over one that can lose power at any step."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from parcels import small_parcel

from records.connectors.placing import Found, Taken, place, try_out
from records.connectors.protocol import ParcelFile, Receipt, Refused, Unreachable


class PowerCut(BaseException):
    """The sender is gone: nothing of it runs any more, not even what cleans up."""


class Shelf:
    """What the other side holds. It outlives every sender."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.folders: set[str] = {""}
        self.room: int | None = None
        self.replaces = False
        self.readable = True
        self.watched: Callable[[], None] = lambda: None


class Sender:
    """One try. With ``steps``, the power is cut at the effect of that number: in the ``middle`` of it or ``after`` it."""

    def __init__(self, shelf: Shelf, *, steps: int | None = None, cut: str = "after") -> None:
        self.shelf = shelf
        self._steps = steps
        self._cut = cut

    def look(self, path: str) -> Found | None:
        content = self.shelf.files.get(path)
        if content is None:
            return None
        return Found(len(content), ParcelFile(path, content, "").sha256 if self.shelf.readable else None)

    def make_folder(self, path: str) -> None:
        self._effect(lambda: self.shelf.folders.add(path))

    def write(self, path: str, content: bytes) -> None:
        assert path.rpartition("/")[0] in self.shelf.folders
        if path in self.shelf.files:
            raise Taken

        def whole() -> None:
            if (
                self.shelf.room is not None
                and sum(map(len, self.shelf.files.values())) + len(content) > self.shelf.room
            ):
                self.shelf.files[path] = content[:1]
                raise Unreachable("空き容量がありません。")
            self.shelf.files[path] = content

        self._effect(whole, half=lambda: self.shelf.files.__setitem__(path, content[: len(content) // 2]))

    def rename(self, old: str, new: str) -> None:
        if new in self.shelf.files and not self.shelf.replaces:
            raise Taken
        self._effect(
            lambda: self.shelf.files.__setitem__(new, self.shelf.files.pop(old)),
            # By link and removal, as sftp-server does it.
            half=lambda: self.shelf.files.__setitem__(new, self.shelf.files[old]),
        )

    def remove(self, path: str) -> None:
        self._effect(lambda: self.shelf.files.pop(path, None))

    def place(self, path: str) -> str:
        return f"/shelf/{path}"

    def _effect(self, do: Callable[[], object], *, half: Callable[[], object] = lambda: None) -> None:
        if self._steps is None:
            do()
            self.shelf.watched()
            return
        if self._steps > 1:
            do()
        elif self._steps == 1:
            (half if self._cut == "middle" else do)()
        self._steps -= 1
        self.shelf.watched()
        if self._steps <= 0:
            raise PowerCut


CONTENTS = st.lists(st.binary(min_size=0, max_size=8), min_size=1, max_size=3)


class Deliveries(RuleBasedStateMachine):
    """Tries that are cut off anywhere, a disk that fills up and empties, and files of others in between."""

    @initialize(contents=CONTENTS)
    def begin(self, contents: list[bytes]) -> None:
        self.shelf = Shelf()
        self.parcel = small_parcel(*contents)
        self.whole = {file.path: file.content for file in self.parcel.files}
        self.others: dict[str, bytes] = {}
        self.shelf.watched = self.nothing_half_done_is_seen
        self.delivered = False

    @rule(steps=st.integers(1, 12), cut=st.sampled_from(["middle", "after"]))
    def a_try_is_cut_off(self, steps: int, cut: str) -> None:
        try:
            place(Sender(self.shelf, steps=steps, cut=cut), self.parcel)
        except (PowerCut, Unreachable):
            pass
        except Refused:
            assert self.in_the_way()

    @rule()
    def a_try_runs_through(self) -> None:
        had_all = all(self.shelf.files.get(path) == content for path, content in self.whole.items())
        try:
            receipt = place(Sender(self.shelf), self.parcel)
        except Refused:
            assert self.in_the_way()
            return
        except Unreachable:
            assert self.shelf.room is not None
            assert set(self.shelf.files) <= set(self.whole) | set(self.others)
            return
        assert self.shelf.files == {**self.others, **self.whole}
        assert receipt.already == had_all
        assert receipt.places == tuple(f"/shelf/{path}" for path in self.whole)
        self.delivered = True

    @rule(room=st.none() | st.integers(0, 40))
    def the_disk_fills_up_or_is_emptied(self, room: int | None) -> None:
        self.shelf.room = room

    @precondition(lambda self: not self.delivered)
    @rule(content=st.binary(max_size=8), data=st.data())
    def somebody_lays_down_a_file(self, content: bytes, data: st.DataObject) -> None:
        path = data.draw(st.sampled_from([*self.whole, "別の会議.pdf"]))
        if path not in self.shelf.files:
            self.shelf.files[path] = self.others[path] = content

    @precondition(lambda self: self.others)
    @rule()
    def they_take_theirs_away(self) -> None:
        for path in list(self.others):
            if self.whole.get(path) != self.others[path]:
                del self.shelf.files[path]
            del self.others[path]

    @invariant()
    def others_keep_theirs(self) -> None:
        for path, content in getattr(self, "others", {}).items():
            assert self.shelf.files[path] == content

    @invariant()
    def nothing_half_done_is_seen(self) -> None:
        """At every moment: under a final name only whole files, and the index only when all the others are there."""
        if not hasattr(self, "shelf"):
            return
        *documents, index = self.whole
        for path, content in self.whole.items():
            if path not in self.others:
                assert self.shelf.files.get(path, content) == content
        if index in self.shelf.files and index not in self.others:
            assert all(path in self.shelf.files for path in documents)

    def in_the_way(self) -> bool:
        return any(path in self.others and self.others[path] != content for path, content in self.whole.items())

    def teardown(self) -> None:
        if hasattr(self, "shelf"):
            self.shelf.room = None
            self.they_take_theirs_away()
            place(Sender(self.shelf), self.parcel)
            assert self.shelf.files == self.whole
            assert place(Sender(self.shelf), self.parcel).already


TestDeliveries = Deliveries.TestCase


@pytest.mark.parametrize("cut", ["middle", "after"])
def test_cut_off_at_each_step_the_next_try_completes_it(cut: str) -> None:
    parcel = small_parcel(b"one", b"two")
    for steps in range(1, 100):
        shelf = Shelf()
        try:
            place(Sender(shelf, steps=steps, cut=cut), parcel)
        except PowerCut:
            had_all = all(shelf.files.get(file.path) == file.content for file in parcel.files)
            assert place(Sender(shelf), parcel).already == had_all
            assert shelf.files == {file.path: file.content for file in parcel.files}
        else:
            assert steps > 10
            return
    raise AssertionError("it never came to an end")


def test_the_same_parcel_twice_is_one_delivery() -> None:
    shelf = Shelf()
    first, second = (place(Sender(shelf), small_parcel(b"one")) for _ in range(2))
    assert (first.already, second) == (False, Receipt(first.places, already=True))
    assert place(Sender(shelf), small_parcel(b"one", id="another id")).already


def test_the_same_name_with_other_bytes_is_refused_and_left() -> None:
    shelf = Shelf()
    place(Sender(shelf), small_parcel(b"one", b"two"))
    before = dict(shelf.files)
    with pytest.raises(Refused, match="内容の違うファイル") as refused:
        place(Sender(shelf), small_parcel(b"one", b"other"))
    assert refused.value.where == "/shelf/01990000_v3/議事要旨 2.pdf"
    assert shelf.files == before


def test_without_reading_back_the_size_decides_and_that_is_said() -> None:
    shelf = Shelf()
    shelf.readable = False
    receipt = place(Sender(shelf), small_parcel(b"one"))
    assert "大きさだけ" in receipt.notes[0]
    with pytest.raises(Refused):
        place(Sender(shelf), small_parcel(b"one and more"))


def test_a_full_store_keeps_nothing_that_is_half_there() -> None:
    shelf = Shelf()
    shelf.room = 4
    with pytest.raises(Unreachable):
        place(Sender(shelf), small_parcel(b"one", b"two"))
    assert list(shelf.files) == ["01990000_v3/議事要旨 1.pdf"]


def test_trying_out_leaves_nothing() -> None:
    shelf = Shelf()
    assert try_out(Sender(shelf)) == ()
    assert shelf.files == {}
    shelf.replaces = True
    assert "置き換えます" in try_out(Sender(shelf))[0]
    assert shelf.files == {}
    shelf.room = 0
    with pytest.raises(Unreachable):
        try_out(Sender(shelf))
    assert shelf.files == {}


@given(CONTENTS)
def test_a_file_that_the_store_spoils_is_not_given_its_name(contents: list[bytes]) -> None:
    class Spoiling(Sender):
        def write(self, path: str, content: bytes) -> None:
            super().write(path, content + b"\0")

    shelf = Shelf()
    with pytest.raises(Unreachable, match="書いたとおりではありません"):
        place(Spoiling(shelf), small_parcel(*contents))
    assert shelf.files == {}
