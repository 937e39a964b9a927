"""What of a document reads otherwise than before an edit, as far as the rules on single sentences read it.

A rule runs again on a sentence only where something it reads changed. What each group of rules reads is said here once,
per group; whoever lets a rule read more adds it here, and the test that makes any sequence of edits fails until then.
"""

from collections.abc import Callable, Hashable
from functools import cached_property

from minutes.checks.source import Source, Written
from minutes.document import Block, DraftUtterance, Finding
from minutes.folding import fold_key


class Since:
    """``before`` and ``now``: the document before and after the edit, under the same profile."""

    def __init__(self, before: Source, now: Source) -> None:
        self._before = before
        self._now = now
        self._contexts: dict[tuple[str, str], bool] = {}
        self.stood = {written.sentence.id: written for written in before.written}
        """Sentence id -> where it stood."""

    def nothing(self, was: Written, written: Written) -> bool:
        """Whether all rules find the same in the same place, told at a glance: True is sure, False may be too careful.
        An edit leaves nearly all of the draft as it is, the very same values."""
        return (
            was.block is written.block
            and was.section.agenda_no == written.section.agenda_no
            and not self._names_changed
            and self._touched.isdisjoint(written.sentence.evidence)
            and self._context(was, written)
        )

    def text(self, was: Written, written: Written) -> bool:
        """Whether a rule that reads nothing but the words finds the same. So the other methods, each for its rules."""
        return was.sentence.text == written.sentence.text

    def wording(self, was: Written, written: Written) -> bool:
        text = written.sentence.text
        return (
            self.text(was, written)
            and was.block.type is written.block.type
            and not any(name in text for name in self._other_own_names)
        )

    def said(self, was: Written, written: Written) -> bool:
        """The words, and what was said in the turns they cite."""
        return was.sentence == written.sentence and self._heard_otherwise.isdisjoint(written.sentence.evidence)

    def grounds(self, was: Written, written: Written) -> bool:
        """What was said, who said it, and what the speaker need not say again."""
        return (
            self.said(was, written)
            and self._speaker(was.block) == self._speaker(written.block)
            and self._spoken_by_others.isdisjoint(written.sentence.evidence)
            and self._context(was, written)
        )

    def names(self, was: Written, written: Written, told: list[Finding]) -> bool:
        """What was said and the names that are known; ``told`` is what the rule found."""
        if not self.said(was, written) or not self._context(was, written):
            return False
        # What was said elsewhere decides how grave a finding is, never whether there is one.
        if told and self._said_elsewhere:
            return False
        return not self._other_listed_names or not self._lists_other(written)

    def _speaker(self, block: Block) -> tuple[str | None, str | None]:
        return block.attendee_id, block.label

    def _lists_other(self, written: Written) -> bool:
        key = fold_key(written.sentence.text)
        return any(fold_key(name) in key for name in self._other_listed_names)

    def _context(self, was: Written, written: Written) -> bool:
        key = was.block.id, written.block.id
        found = self._contexts.get(key)
        if found is None:
            found = self._contexts[key] = self._before.around(was) == self._now.around(written)
        return found

    @cached_property
    def _names_changed(self) -> bool:
        return self._said_elsewhere or bool(self._other_listed_names)

    @cached_property
    def _touched(self) -> frozenset[str]:
        return self._heard_otherwise | self._spoken_by_others

    @cached_property
    def _other_own_names(self) -> frozenset[str]:
        return frozenset(self._before.own_names) ^ frozenset(self._now.own_names)

    @cached_property
    def _other_listed_names(self) -> frozenset[str]:
        return frozenset(self._before.listed_names) ^ frozenset(self._now.listed_names)

    @cached_property
    def _said_elsewhere(self) -> bool:
        return bool(self._other_own_names) or self._texts(self._before) != self._texts(self._now)

    @staticmethod
    def _texts(source: Source) -> list[str]:
        return [each.text for each in source.document.utterances]

    @cached_property
    def _spoken_by_others(self) -> frozenset[str]:
        """Utterances that are now of somebody else, or of another raw label."""
        return self._differing(lambda each: (each.attendee_id, each.label))

    @cached_property
    def _heard_otherwise(self) -> frozenset[str]:
        """Utterances of whose turn something else is known."""
        talk = self._differing(lambda each: each.text)
        before, now = self._before.turn_of, self._now.turn_of
        found = set(talk)
        for each in {**before, **now}:
            turn = now.get(each)
            if before.get(each) != turn or (talk and not talk.isdisjoint(turn or ())):
                found.add(each)
        return frozenset(found)

    def _differing(self, of: Callable[[DraftUtterance], Hashable]) -> frozenset[str]:
        before, now = self._before.utterances, self._now.utterances
        return frozenset(before.keys() ^ now.keys()) | {
            each
            for each in before.keys() & now.keys()
            if before[each] is not now[each] and of(before[each]) != of(now[each])
        }
