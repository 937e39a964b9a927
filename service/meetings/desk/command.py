"""A change that a person asks for, as a value: what it does, what it rests on, how the history names it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from minutes.dispositions import blocks_of, sentences_of
from minutes.document import Block, MinutesDocument, Sentence
from minutes.profile import Profile
from minutes.value import Value
from service.audit import AuditEventName


@dataclass(frozen=True)
class Occasion:
    """Who changes something, when, in which house style."""

    profile: Profile
    by: str
    """Display name."""
    at: datetime


class Command(Value):
    """Base of all changes. Subclasses have a field ``do`` that names them in the API and in forms."""

    def apply(self, document: MinutesDocument, occasion: Occasion) -> MinutesDocument:
        """The changed draft. Raises InputError."""
        raise NotImplementedError

    def rests_on(self, document: MinutesDocument) -> object:
        """What of the draft the person had in mind: where a newer version has the same, the change is made on it."""
        raise NotImplementedError

    def change(self) -> str:
        """For the history, in Japanese."""
        raise NotImplementedError

    def place(self, before: MinutesDocument, after: MinutesDocument) -> str:
        """The id on the review page where the person looks next."""
        raise NotImplementedError

    def event(self) -> AuditEventName:
        return AuditEventName.DRAFT_EDITED


def sentence_in(document: MinutesDocument, sentence_id: str) -> Sentence | None:
    return next((each for each in sentences_of(document.sections) if each.id == sentence_id), None)


def block_in(document: MinutesDocument, block_id: str) -> Block | None:
    return next((each for each in blocks_of(document.sections) if each.id == block_id), None)


def order_of_blocks(document: MinutesDocument) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(block.id for block in section.blocks) for section in document.sections)


def first_new(ids: Callable[[MinutesDocument], list[str]], before: MinutesDocument, after: MinutesDocument) -> str:
    """The first id that only the later document has; empty where there is none."""
    known = set(ids(before))
    return next((each for each in ids(after) if each not in known), "")


def sentence_ids(document: MinutesDocument) -> list[str]:
    return [each.id for each in sentences_of(document.sections)]


def block_ids(document: MinutesDocument) -> list[str]:
    return [each.id for each in blocks_of(document.sections)]
