"""How much of the API a server knows. A request begins with all of it; every refusal takes the next one a step back."""

from dataclasses import dataclass, replace
from enum import IntEnum


class Form(IntEnum):
    """What is asked of the reply's form, from the most to the least a server may know."""

    JSON_SCHEMA = 0
    JSON_OBJECT = 1
    NONE = 2


@dataclass(frozen=True)
class Dialect:
    form: Form = Form.JSON_SCHEMA
    newer_limit: bool = False
    """``max_completion_tokens`` in place of ``max_tokens``, which the reasoning models of OpenAI refuse."""
    temperature: bool = True
    """False where the model takes no temperature but its own."""

    def after(self, told: str) -> "Dialect | None":
        """What to ask next, once a server has refused with the words ``told`` (lower case); None where nothing is left
        to do without."""
        if not self.newer_limit and "max_completion_tokens" in told:
            return replace(self, newer_limit=True)
        if self.temperature and "temperature" in told:
            return replace(self, temperature=False)
        if self.form is not Form.NONE:
            return replace(self, form=Form(self.form + 1))
        return None

    def joined(self, other: "Dialect") -> "Dialect":
        """What both can do: two requests under way at once may each have learnt something."""
        return Dialect(
            max(self.form, other.form), self.newer_limit or other.newer_limit, self.temperature and other.temperature
        )
