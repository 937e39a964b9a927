"""Which files of a folder are the model, by their names: what decides its words, and the papers that come with it."""

import os
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

MANIFEST_NAME = "gijiyoshi-model.json"

WEIGHTS = ("*.safetensors", "*.gguf")
_BESIDE_WEIGHTS = (
    "*.safetensors.index.json",
    "config.json",
    "*_config.json",
    "tokenizer*.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "vocab.txt",
    "merges.txt",
    "*.model",
    "*.tiktoken",
    "tekken.json",
    "chat_template.json",
    "*.jinja",
)
_PAPERS = ("license*", "licence*", "notice*", "copying*", "*terms*of*use*", "use_policy*", "readme.md")


def is_weights(path: str) -> bool:
    return _named(path, WEIGHTS)


def is_of_the_model(path: str) -> bool:
    """Weights, configuration, tokenizer, template: what decides what the model writes. ``path`` is relative, with /."""
    return _named(path, WEIGHTS) or _named(path, _BESIDE_WEIGHTS)


def is_a_paper(path: str) -> bool:
    """Licence, notice, model card: kept for people, never part of the model's hash."""
    return _named(path.lower(), _PAPERS) and not is_of_the_model(path)


def files_under(folder: Path) -> Iterator[str]:
    """Relative paths with / of all files but the manifest, in order; nothing hidden: a hub's client keeps its own
    notes there. Raises OSError."""

    def refuse(error: OSError) -> None:
        raise error

    for place, folders, files in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = (Path(place) / name).relative_to(folder).as_posix()
            if not name.startswith(".") and path != MANIFEST_NAME:
                yield path


def _named(path: str, patterns: tuple[str, ...]) -> bool:
    """Never a hidden file, nor a path that leads elsewhere: some are what a stranger's server says."""
    parts = PurePosixPath(path).parts
    if not parts or parts[0] == "/" or "\\" in path or any(part.startswith(".") for part in parts):
        return False
    return any(fnmatchcase(parts[-1], each) for each in patterns)
