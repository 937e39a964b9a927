"""A decision that only points back is printed with what it decides: proposal and decision as one sentence."""

import re
from collections.abc import Sequence
from dataclasses import replace

from minutes.structure.proposals import PROPOSES, leans_on_proposal
from models.extractive.candidates import Candidate

_OPENS = re.compile(r"^(?:それでは|では|そうしましたら|ほかにな(?:けれ|い)[^、]*|なければ|特にな[^、]*)、")


def settled(found: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """「Aを行うということでよろしいでしょうか」＋「そのように決定いたします」 → 「Aを行うことといたします」, citing both."""
    proposal = next((c for c in found if PROPOSES.search(c.text)), None)
    if proposal is None:
        return tuple(found)
    taken = [c for c in found if c.order > proposal.order and leans_on_proposal(c.text)]
    matter = PROPOSES.search(proposal.text)
    if not taken or matter is None:
        return tuple(found)
    evidence = dict.fromkeys(u for c in (proposal, *taken) for u in c.evidence)
    text = _OPENS.sub("", matter["matter"].strip()).rstrip("、") + "ことといたします。"
    one = replace(proposal, text=text, evidence=tuple(evidence))
    return tuple(one if c is proposal else c for c in found if c not in taken)
