"""The base of every value that is stored or exchanged."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen value that refuses unknown fields, so that a misspelt field is an error and not a silent loss."""

    model_config = ConfigDict(frozen=True, extra="forbid")
