"""Getting a model ready before the first meeting needs it, and hearing what is wrong with it."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from scripted_backend import ScriptedBackend
from scripted_server import MODEL, Asked, says, serving
from starlette.responses import JSONResponse, Response

from minutes.errors import InputError
from models.base import ModelUnready, Warmable
from models.extractive import ExtractiveModel
from models.grounded import GroundedModel
from models.openai_compatible import Endpoint, OpenAIBackend
from prompts import load_prompts


def warmed(answer: Callable[[Asked], Response]) -> list[Asked]:
    async def script(asked: Asked) -> Response:
        return answer(asked)

    with serving(script) as server:
        backend = OpenAIBackend(Endpoint(server.url, MODEL, attempts=2, backoff_seconds=0.001))
        try:
            GroundedModel(backend, load_prompts()).warm()
        finally:
            backend.close()
        return server.asked


def test_a_server_is_asked_for_a_few_words_once() -> None:
    (asked,) = warmed(lambda _: says('{"reply": "は', finish="length"))
    assert asked.body["model"] == MODEL and asked.body["max_tokens"] <= 16 and len(asked.user) < 40


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda _: JSONResponse({}, 404), "設定した名前のモデルがない"),
        (lambda _: JSONResponse({}, 401), "API キー"),
        (lambda _: JSONResponse({}, 503), "HTTP 503"),
        (lambda _: says("はい", model="another-7b"), "another-7b"),
    ],
)
def test_what_is_wrong_with_a_server_is_a_sentence(answer: Callable[[Asked], Response], said: str) -> None:
    with pytest.raises(ModelUnready, match=said) as caught:
        warmed(answer)
    assert caught.value.remedy and str(caught.value).endswith("。")


@dataclass
class SlowToLoad(ScriptedBackend):
    error: Exception | None = None
    warmed: int = 0

    def warm(self) -> None:
        self.warmed += 1
        if self.error is not None:
            raise self.error


def test_a_backend_that_knows_how_warms_itself() -> None:
    backend = SlowToLoad(lambda _: "")
    GroundedModel(backend, load_prompts()).warm()
    assert (backend.warmed, backend.asked) == (1, [])


def test_what_a_backend_says_of_its_weights_is_not_reworded() -> None:
    backend = SlowToLoad(lambda _: "", error=InputError("重みがありません。", where="/models/current"))
    with pytest.raises(InputError, match="重みがありません"):
        GroundedModel(backend, load_prompts()).warm()


def test_what_needs_no_warming_does_not_offer_it() -> None:
    assert not isinstance(ExtractiveModel(), Warmable)
