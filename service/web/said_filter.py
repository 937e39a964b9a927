"""Which utterances the transcript pane shows: asked for in the address, so that it works without JavaScript."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from minutes.document import DraftUtterance, MinutesDocument
from service.web.review_view import UtteranceView

CITED, LEFT_OUT = "cited", "left_out"
UNKNOWN = "-"
"""Stands for speakers whom nobody has named."""


@dataclass(frozen=True)
class SaidFilter:
    """Empty texts: all."""

    speaker: str = ""
    agenda: str = ""
    kind: str = ""
    use: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "SaidFilter":
        return cls(*(query.get(name, "")[:100] for name in ("speaker", "agenda", "kind", "use")))

    def __bool__(self) -> bool:
        return any((self.speaker, self.agenda, self.kind, self.use))

    @property
    def query(self) -> str:
        given = {"speaker": self.speaker, "agenda": self.agenda, "kind": self.kind, "use": self.use}
        return urlencode({name: value for name, value in given.items() if value})

    def shown(self, document: MinutesDocument, views: Sequence[UtteranceView]) -> tuple[UtteranceView, ...]:
        if not self:
            return tuple(views)
        return tuple(
            view for said, view in zip(document.utterances, views, strict=True) if self._fits(said, bool(view.cited_by))
        )

    def _fits(self, said: DraftUtterance, cited: bool) -> bool:
        return (
            self.speaker in ("", said.attendee_id or UNKNOWN)
            and self.agenda in ("", str(said.agenda_no))
            and self.kind in ("", said.kind.value)
            and self.use in ("", CITED if cited else LEFT_OUT)
        )
