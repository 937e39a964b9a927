"""Which of the offered files are brought in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from minutes.errors import InputError
from models.fetching.origin import Offered
from models.model_files import is_a_paper, is_of_the_model, is_weights

_MAY_HOLD_CODE = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".py", ".so", ".sh", ".h5", ".keras")
_PART = re.compile(r"-\d{5}-of-\d{5}(?=\.gguf$)")
_SHOWN = 12


@dataclass(frozen=True)
class Selection:
    taken: tuple[Offered, ...]
    may_hold_code: tuple[str, ...]
    """Left out: pickles and programs can do anything when they are loaded."""
    unneeded: tuple[str, ...]
    """Left out: no part of a model that transformers or a GGUF reader would read."""


def select(offered: Sequence[Offered], source: str, only: str | None) -> Selection:
    """``only``: a pattern for the names of the weights. Raises InputError where no weights are left, or several GGUF
    files, each of which is a whole model of many gigabytes."""
    taken = tuple(
        each
        for each in offered
        if is_a_paper(each.path) or (is_of_the_model(each.path) and (not is_weights(each.path) or _fits(each, only)))
    )
    weights = [each.path for each in taken if is_weights(each.path)]
    if not weights:
        there = [each.path for each in offered if is_weights(each.path)]
        raise InputError(
            f"--only「{only}」に合う重みがありません。"
            if there
            else "safetensors 形式又は GGUF 形式の重みがありません。",
            where=source,
            remedy=f"次から選んでください：{_names(there)}。"
            if there
            else "この形式の重みがあるモデルか版を選んでください。pickle 形式（.bin など）は読み込むとプログラムが動き得るため、使いません。",
        )
    models = sorted({_PART.sub("", path) for path in weights if path.endswith(".gguf")})
    if len(models) > 1:
        raise InputError(
            "GGUF のモデルが複数あります。",
            where=source,
            remedy=f"--only で一つを選んでください（例：--only '*Q4_K_M*'）：{_names(models)}。",
        )
    left = [each.path for each in offered if each not in taken]
    dangerous = tuple(path for path in left if path.lower().endswith(_MAY_HOLD_CODE))
    return Selection(taken, dangerous, tuple(path for path in left if path not in dangerous))


def _fits(file: Offered, only: str | None) -> bool:
    return only is None or fnmatchcase(file.path, only) or fnmatchcase(file.path.rpartition("/")[2], only)


def _names(paths: Sequence[str]) -> str:
    return "、".join(paths[:_SHOWN]) + ("ほか" if len(paths) > _SHOWN else "")
