"""What a faultless model would write about the meetings of a trial: the extractive sentences, found by what a prompt
shows."""

from collections.abc import Sequence

from scripted_backend import lines_of
from scripted_server import Asked

from evaluation.drafting import draft
from evaluation.trial.material import Material
from models.grounded.portions import spoken

Sentences = list[tuple[str, tuple[str, ...]]]


class RightAnswers:
    def __init__(self, meetings: Sequence[Material]) -> None:
        self._found: dict[tuple[str, str], Sentences] = {}
        for each in meetings:
            document = draft(each.transcript, each.filename, each.meeting)
            said = {u.id: u.text for u in document.utterances}
            said |= {m.utterance_id: "" for m in document.mishearings if m.applied}
            for section in document.sections:
                for block in section.blocks:
                    for sentence in block.sentences:
                        for utterance in sentence.evidence:
                            key = (utterance, spoken(said[utterance]))
                            self._found.setdefault(key, []).append((sentence.text, sentence.evidence))

    def to(self, asked: Asked) -> Sentences:
        lines = lines_of(asked.user)
        shown = {number for number, _ in lines}
        found = [s for line in lines for s in self._found.get(line, self._found.get((line[0], ""), []))]
        return [each for each in dict.fromkeys(found) if shown.issuperset(each[1])]
