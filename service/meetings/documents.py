"""Saved drafts as values. A version never changes, so one that was read is known by its hash and not parsed again.

Cost: a draft of 1,500 utterances takes about 8 MB of memory and 60 ms to parse; an edit has to be answered at once.
"""

from collections import OrderedDict
from threading import Lock

from minutes.document import MinutesDocument
from service.db.tables import DraftVersion

_KEPT = 12
"""As many meetings as one process is asked about at the same time, with room for the version before."""

_known: OrderedDict[str, MinutesDocument] = OrderedDict()
_lock = Lock()


def document_of(saved: DraftVersion) -> MinutesDocument:
    """The draft of a saved version."""
    # What was disposed of must not be served from memory.
    key = saved.kept_sha256 or saved.sha256
    with _lock:
        found = _known.get(key)
        if found is not None:
            _known.move_to_end(key)
            return found
    document = MinutesDocument.model_validate_json(saved.document)
    remember(key, document)
    return document


def remember(sha256: str, document: MinutesDocument) -> None:
    """Keep a draft whose JSON has this hash."""
    with _lock:
        _known[sha256] = document
        _known.move_to_end(sha256)
        while len(_known) > _KEPT:
            _known.popitem(last=False)
