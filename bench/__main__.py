"""``python -m bench``: seconds for 30,000 characters of speech, and ratios measured in the same run."""

import platform
import time
from collections.abc import Callable

from bench import generation, model_server, reading
from bench.checking import print_checks
from bench.lexrank import lexrank
from bench.meeting import units
from minutes.style import split_sentences
from models.registry import load_model

_CHARACTERS = 30_000
_ROUNDS = 5


def _best(work: Callable[[], object]) -> float:
    """Seconds of the fastest of some rounds: the one least disturbed by others on the machine."""
    times = []
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    meeting = units(_CHARACTERS)
    model = load_model("extractive")
    start = time.perf_counter()
    list(model.condense(meeting[:2], cancelled=lambda: False))
    loading = time.perf_counter() - start
    spoken = [u.text for unit in meeting for u in unit.utterances]
    sentences = [s for text in spoken for s in split_sentences(text)]
    kept = sum(len(s.sentences) for s in model.condense(meeting, cancelled=lambda: False))
    extractive = _best(lambda: list(model.condense(meeting, cancelled=lambda: False)))
    plain = _best(lambda: lexrank(sentences, kept))
    print(f"python {platform.python_version()}, {platform.machine()}")
    print(f"characters {sum(map(len, spoken))}, units {len(meeting)}, sentences {len(sentences)}, kept {kept}")
    print(f"load and first two units   {loading:7.3f} s")
    print(f"extractive, once loaded    {extractive:7.3f} s")
    print(f"plain LexRank              {plain:7.3f} s")
    print(f"ratio extractive/LexRank   {extractive / plain:7.2f}")
    print_checks(_CHARACTERS, _best)
    reading.main()
    model_server.main()
    generation.main()


if __name__ == "__main__":
    main()
