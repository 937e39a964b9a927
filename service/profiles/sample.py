"""The draft of the fictional meeting in ``samples/``, for showing what a profile does.

The service runs no model, so the draft is kept with it. After a change of the pipeline it is made anew:
``gijiyoshi draft samples/meeting.vtt --meeting samples/meeting.json --profile ward_forum -o service/profiles/sample.json``
(``ward_forum`` leaves the least out, so that every profile finds what it prints). A test holds both together.
"""

from functools import cache
from importlib.resources import files

from minutes.document import MinutesDocument


@cache
def sample_draft() -> MinutesDocument:
    return MinutesDocument.model_validate_json((files(__package__) / "sample.json").read_bytes())
