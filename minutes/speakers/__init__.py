"""Who spoke: raw labels, the roster and what was said, resolved to attendees or left open with a reason."""

from minutes.speakers.resolve import attribute

__all__ = ["attribute"]
