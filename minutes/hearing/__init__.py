"""What the recogniser misheard: proposals with both forms and the place, and the text as it is read for the draft.

The transcript is never changed: the corrections a profile allows are made in a copy that only units are built from.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from minutes.hearing.house import misspelt_words
from minutes.hearing.invented import invented_ids, is_invented
from minutes.hearing.lexicon import lexicon_of
from minutes.hearing.names import misheard_names
from minutes.hearing.terms import misheard_terms
from minutes.meeting import Meeting
from minutes.mishearing import MeantFrom, Mishearing, text_as_meant
from minutes.profile import ApplyMishearings, Profile
from minutes.transcript.model import Transcript
from minutes.turn import Attribution

__all__ = ["MeantFrom", "Mishearing", "as_meant", "find_mishearings", "invented_ids", "is_invented", "text_as_meant"]


def find_mishearings(
    transcript: Transcript, attributions: Sequence[Attribution], meeting: Meeting, profile: Profile
) -> tuple[Mishearing, ...]:
    """Every proposal, in the order of the transcript and without overlaps; ``applied`` as the profile allows."""
    spoken = transcript.utterances
    made_up = invented_ids(spoken)
    heard = [u for u in spoken if u.id not in made_up]
    told = list(misspelt_words(heard, profile.house_words))
    names = _apart(misheard_names(heard, attributions, meeting), told)
    terms = _apart(misheard_terms(heard, lexicon_of(meeting, profile.glossary)), [*told, *names])
    order = {u.id: n for n, u in enumerate(spoken)}
    found = sorted((*told, *names, *terms), key=lambda m: (order[m.utterance_id], m.start))
    return tuple(m.model_copy(update={"applied": _allowed(m, profile.apply_mishearings)}) for m in found)


def as_meant(transcript: Transcript, mishearings: Iterable[Mishearing]) -> Transcript:
    """A copy to build units from, with the applied corrections; ids, order and times are those of the original."""
    places = _spans(mishearings)
    return transcript.model_copy(
        update={
            "utterances": tuple(
                u.model_copy(update={"text": text_as_meant(u.text, places[u.id])}) if u.id in places else u
                for u in transcript.utterances
            )
        }
    )


def _allowed(mishearing: Mishearing, policy: ApplyMishearings) -> bool:
    if not mishearing.certain or policy is ApplyMishearings.NONE:
        return False
    return mishearing.name or policy is ApplyMishearings.CERTAIN


def _apart(proposals: Iterable[Mishearing], others: Iterable[Mishearing]) -> list[Mishearing]:
    """Those that overlap none of the others."""
    taken = _spans(others)
    return [
        each
        for each in proposals
        if all(each.end <= n.start or n.end <= each.start for n in taken.get(each.utterance_id, ()))
    ]


def _spans(mishearings: Iterable[Mishearing]) -> dict[str, list[Mishearing]]:
    found: dict[str, list[Mishearing]] = defaultdict(list)
    for each in mishearings:
        found[each.utterance_id].append(each)
    return dict(found)
