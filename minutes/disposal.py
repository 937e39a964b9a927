"""What is left of a draft when the transcript has been disposed of: the record, without the words it was made from."""

from minutes.document import MinutesDocument


def without_talk(document: MinutesDocument) -> MinutesDocument:
    """The same document with nothing that was said in it.

    Who spoke, when, in which item, and which sentence rests on which utterance stays, so that the record can still be
    explained; the wording of utterances goes, and with it what quotes them: mishearings and findings. Sentences, notes
    and reasons are the reviewers' and stay.
    """
    return document.model_copy(
        update={
            "utterances": tuple(each.model_copy(update={"text": ""}) for each in document.utterances),
            "mishearings": (),
            "findings": (),
        }
    )
