"""UnitRecord: one run of a model over one unit, complete enough to be audited years later."""

from minutes.document import ModelCard, PromptRef
from minutes.unit import UnitSummary
from minutes.value import Value

STAGE = "condense"
"""Under which name of a stage these records are saved, one per unit."""


class UnitRecord(Value):
    card: ModelCard
    prompts: tuple[PromptRef, ...]
    program_version: str
    summary: UnitSummary
