"""Fields that an operator adds to every request: switches of one server that the API of OpenAI does not have.

Apart from the backend so that the parent of a worker can check them at its start without loading a model's parts.
"""

import json
from typing import Any

from minutes.errors import InputError

_WHERE = "GIJIYOSHI_OPENAI_EXTRA_BODY"
# fmt: off
_OWN = frozenset((
    "model", "messages", "prompt", "input", "n", "best_of", "stop", "echo", "stream", "stream_options",
    "max_tokens", "max_completion_tokens", "tools", "tool_choice", "functions", "function_call",
    "response_format", "structured_outputs", "guided_json", "guided_regex", "guided_choice", "guided_grammar",
    "json_schema", "grammar", "regex", "ebnf", "truncate_prompt_tokens", "truncation",
))
# fmt: on
"""What the program itself must say: what is asked, in what form the reply comes, and that nothing asked is cut."""


def parse_extra_body(written: str | None) -> dict[str, Any]:
    """The fields by name. Raises InputError where ``written`` is no JSON object or would change what is asked."""
    if written is None or not written.strip():
        return {}
    try:
        found = json.loads(written)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise InputError(
            "要求に加える項目が JSON のオブジェクトになっていません。",
            where=_WHERE,
            remedy='例: {"chat_template_kwargs": {"enable_thinking": false}}',
        )
    own = sorted(_OWN.intersection(found))
    if own:
        raise InputError(
            f"要求に加えられない項目があります（{'、'.join(own)}）。",
            where=_WHERE,
            remedy="問い合わせの内容と返答の形は、このプログラムが決めます。これらの項目を除いてください。",
        )
    return found
