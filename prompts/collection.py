"""The prompts in use: those of the program, or an operator's own in their place, all tried out before a draft is made."""

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path

from minutes.document import PromptRef
from minutes.errors import InputError, Problem
from minutes.turn import TurnKind
from prompts.loader import SUFFIX, Prompt, parse_prompt

_TRIAL: Mapping[str, object] = {
    "kind": "回答",
    "register": "常体（である調）",
    "house_rules": ["数字は半角とする。"],
    "budget": 120,
    "own_words": [("弊市", "当市")],
    "terms": ["特定個人情報保護評価"],
    "context": ["参加が進まない理由を伺いたい。"],
    "utterances": [{"id": "u9001", "text": "試しの発言その一"}, {"id": "u9002", "text": "試しの発言その二"}],
    "mark": "b7c1d9e4a2f86035",
    "findings": ["試しの指摘"],
    "ids": ["u9001", "u9002"],
}
_REPAIR = "repair"


class Prompts:
    """All prompts by id."""

    def __init__(self, found: Mapping[str, Prompt]) -> None:
        self._found = dict(found)

    def __getitem__(self, prompt_id: str) -> Prompt:
        if prompt_id not in self._found:
            raise InputError(
                f"プロンプト「{prompt_id}」はありません。",
                where="prompts/templates",
                remedy=f"次のいずれかを指定してください: {'、'.join(self.ids())}",
            )
        return self._found[prompt_id]

    def ids(self) -> tuple[str, ...]:
        return tuple(sorted(self._found))

    def refs(self) -> tuple[PromptRef, ...]:
        return tuple(self._found[each].ref() for each in self.ids())


def _shipped() -> dict[str, bytes]:
    folder = resources.files("prompts") / "templates"
    return {item.name: item.read_bytes() for item in folder.iterdir() if item.name.endswith(SUFFIX)}


@lru_cache(maxsize=4)
def load_prompts(folder: Path | None = None) -> Prompts:
    """The program's prompts, each replaced by the file of the same name in ``folder`` where there is one.

    Raises InputError with a Problem for every file that cannot be used. A file of the folder that replaces nothing is
    an error too: it is a misspelt name.
    """
    shipped = _shipped()
    own = _files_of(folder) if folder is not None else {}
    problems = [
        Problem("この名前のプロンプトはありません。", f"{folder}/{name}", f"使える名前: {'、'.join(sorted(shipped))}")
        for name in sorted(own.keys() - shipped.keys())
    ]
    files = {**shipped, **{name: data for name, data in own.items() if name in shipped}}
    parts = {name: data for name, data in files.items() if name.startswith("_")}
    found: dict[str, Prompt] = {}
    for name in sorted(files.keys() - parts.keys()):
        prompt_id = name.removesuffix(SUFFIX)
        where = f"{folder}/{name}" if name in own else name
        try:
            prompt = parse_prompt(files[name], where, parts)
            original = parse_prompt(shipped[name], name, {n: d for n, d in shipped.items() if n.startswith("_")})
            reworded = files[name] != shipped[name]
            if reworded and prompt.head.version == original.head.version:
                raise InputError(
                    f"内容を変えたのに version が「{prompt.head.version}」のままです。",
                    where=where,
                    remedy="version を元と違う値（例: 3-本市1）にしてください。",
                )
            _try_out(prompt, original, prompt_id)
            found[prompt_id] = prompt
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError("プロンプトに誤りがあります。", where=str(folder or ""), problems=problems)
    return Prompts(found)


def _files_of(folder: Path) -> dict[str, bytes]:
    try:
        return {each.name: each.read_bytes() for each in sorted(folder.iterdir()) if each.name.endswith(SUFFIX)}
    except OSError as error:
        raise InputError(
            f"プロンプトのフォルダを読めません（{error.strerror}）。",
            where=str(folder),
            remedy="フォルダの場所と読み取りの権限を確認してください。",
        ) from error


def _try_out(prompt: Prompt, original: Prompt, prompt_id: str) -> None:
    """Refuse what would only be noticed when the first meeting fails, or never: a prompt that leaves speech out."""

    def refuse(what: str, remedy: str) -> InputError:
        return InputError(what, where=prompt.where, remedy=remedy)

    if prompt.head.id != prompt_id:
        raise refuse(f"見出しの id「{prompt.head.id}」がファイル名と違います。", "どちらかに揃えてください。")
    if prompt.head.schema_ != original.head.schema_:
        raise refuse("schema が元のプロンプトと違います。", "schema は元のまま写してください。")
    for kind in TurnKind:
        prompt.render({**_TRIAL, "kind": kind.value})
        prompt.render({**_TRIAL, "kind": kind.value, "own_words": (), "terms": [], "context": [], "house_rules": []})
    shown = "".join(message.content for message in prompt.render(_TRIAL) if message.role == "user")
    mark = str(_TRIAL["mark"])
    if prompt_id == _REPAIR:
        if "試しの指摘" not in shown:
            raise refuse(
                "指摘（findings）を示す箇所がありません。", "元のプロンプトの findings の箇所を写してください。"
            )
        return
    places = [shown.find(each) for each in (mark, "[u9001] 試しの発言その一", "[u9002] 試しの発言その二")]
    if -1 in places or places != sorted(places) or mark not in shown[places[-1] :]:
        raise refuse(
            "発言を番号とともに印（mark）で囲んで示す箇所がありません。",
            '{% include "_speech.md.j2" %} を user の部分に入れてください。',
        )
