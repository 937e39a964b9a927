"""Meetings taken in from a folder: `gijiyoshi inbox`.

A process of its own and not a part of the dispatcher's rounds: a read on a network share that hangs cannot be called off,
not even by killing the thread it is in, and whoever waits for it must not be the one who wakes the workers.
"""

from workers.inbox.loop import Inbox, run_inbox

__all__ = ["Inbox", "run_inbox"]
