"""One turn of a draft written again by a model of one's choice: the same way as a draft, for a single unit."""

from collections.abc import Callable

from minutes.document import MinutesDocument
from minutes.errors import InputError
from minutes.proposal import Proposal, proposal_of
from minutes.public import closed_ids
from minutes.unit import Unit
from minutes.units import spoken_by
from models.base import Background, Situated
from models.pipeline import (
    PROGRAM_VERSION,
    Inputs,
    ModelSource,
    Progress,
    Run,
    StageStore,
    Understood,
    Writer,
    no_progress,
    understand,
)


def propose(
    inputs: Inputs,
    document: MinutesDocument,
    turn_id: str,
    load: ModelSource,
    store: StageStore,
    *,
    occasion: str,
    progress: Progress = no_progress,
    cancelled: Callable[[], bool] = lambda: False,
) -> Proposal:
    """Sentences for one turn of ``document``, by the model that ``inputs`` name; the draft itself is not touched.

    ``occasion`` names this request: a run that was broken off finds its own result, never that of an earlier request,
    which may have met a server that was down. The speaker is who ``document`` says, as people may have said who it was;
    what is closed there stays closed. Raises InputError where the turn cannot be written again, and what ``make_draft``
    raises.
    """
    run = Run(store, progress, cancelled)
    model = load(inputs.model_name)
    unit = _unit(understand(inputs, run), document, turn_id, inputs)
    writer = Writer.of(model, inputs, "again", occasion)
    if isinstance(model, Situated):
        model = model.within(Background(_blank(document), inputs.profile))
    (summary,) = run.condense(model, [unit], writer)
    return proposal_of(
        document,
        inputs.profile,
        summary,
        attendee_id=unit.attendee_id,
        card=writer.card,
        prompts=writer.prompts,
        program_version=PROGRAM_VERSION,
    )


def _unit(understood: Understood, document: MinutesDocument, turn_id: str, inputs: Inputs) -> Unit:
    planned = next((unit for unit in understood.plan.units if unit.id == turn_id), None)
    drafted = next((turn for turn in document.turns if turn.id == turn_id), None)
    cut = next((turn for turn in understood.structure.turns if turn.id == turn_id), None)
    if planned is None or drafted is None:
        raise InputError(
            "この発言は要約の対象ではありません。", where="turn_id", remedy="素案に文がある発言を選んでください。"
        )
    if cut is None or cut.utterance_ids != drafted.utterance_ids:
        # A newer version of the program may cut the talk elsewhere; its sentences would be about other words.
        raise InputError(
            "素案を作ったときと発言の区切りが変わったため、この発言だけを作り直せません。",
            where="turn_id",
            remedy="文を直接直すか、会議をもう一度登録してください。",
        )
    unit = spoken_by(planned, drafted.attendee_id, inputs.meeting, inputs.profile)
    closed = not closed_ids(document).isdisjoint(each.id for each in unit.utterances)
    return unit.model_copy(update={"closed": unit.closed or closed})


def _blank(document: MinutesDocument) -> MinutesDocument:
    """As a draft is before any sentence is written, with what people have said about the speakers."""
    sections = tuple(section.model_copy(update={"blocks": ()}) for section in document.sections)
    return document.model_copy(update={"sections": sections, "findings": ()})
