"""Comments on a draft: people talk about a sentence, a statement, an utterance or the meeting, and name each other.

They are no part of the draft: not of its versions, its hash, its exports or its record. They stay with the meeting, and
are only read once it has been approved.
"""

from service.meetings.comments.making import comment, delete, reopen, reply, resolve
from service.meetings.comments.mentions import people_of
from service.meetings.comments.shown import CommentsView, RemarkView, ThreadView, comments_of

__all__ = [
    "CommentsView",
    "RemarkView",
    "ThreadView",
    "comment",
    "comments_of",
    "delete",
    "people_of",
    "reopen",
    "reply",
    "resolve",
]
