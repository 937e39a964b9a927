"""What people change in a draft. Each function returns a new document without findings; callers check it again.

Every change keeps the books: each utterance has exactly one disposition and is in exactly one turn, evidence exists,
and what is not touched keeps its id.
"""

from minutes.edits.accounting import rebuilt
from minutes.edits.disclosure import close_item, close_utterances, reopen
from minutes.edits.notes import add_note, remove_note
from minutes.edits.pulling_in import pull_in
from minutes.edits.sentences import SentenceEdit, apply_fixes, cite, edit_block, edit_sentence
from minutes.edits.speakers import add_attendee, assign_speaker, change_speaker, labelled, stretch
from minutes.edits.statements import (
    delete_statement,
    leave_out,
    merge_statement,
    move_statement,
    shift_statement,
    split_statement,
)
from minutes.edits.waiving import waive, waive_rule

__all__ = [
    "SentenceEdit",
    "add_attendee",
    "add_note",
    "apply_fixes",
    "assign_speaker",
    "change_speaker",
    "cite",
    "close_item",
    "close_utterances",
    "delete_statement",
    "edit_block",
    "edit_sentence",
    "labelled",
    "leave_out",
    "merge_statement",
    "move_statement",
    "pull_in",
    "rebuilt",
    "remove_note",
    "reopen",
    "shift_statement",
    "split_statement",
    "stretch",
    "waive",
    "waive_rule",
]
