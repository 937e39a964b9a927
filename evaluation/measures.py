"""All measures by name, in the order of the report."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from evaluation.report import Section, page
from minutes.errors import InputError


def _fictional(_data: Path | None) -> Section:
    from evaluation.fictional import fictional_section

    return fictional_section()


def _kiryu(data: Path | None) -> Section | None:
    from evaluation.councils import kiryu_section

    return kiryu_section(data) if data else None


def _kodaira(data: Path | None) -> Section | None:
    from evaluation.councils import kodaira_section

    return kodaira_section(data) if data else None


def _register(data: Path | None) -> Section:
    from evaluation.styles import register_section

    return register_section(data)


def _attack(data: Path | None) -> Section:
    from evaluation.attacks import attack_section

    return attack_section(data)


def _speed(data: Path | None) -> Section | None:
    from evaluation.speed import speed_section

    return speed_section(data) if data else None


def _reading(_data: Path | None) -> Section:
    from evaluation.reading import reading_section

    return reading_section()


MEASURES: dict[str, Callable[[Path | None], Section | None]] = {
    "fictional": _fictional,
    "kiryu": _kiryu,
    "kodaira": _kodaira,
    "register": _register,
    "attack": _attack,
    "speed": _speed,
    "reading": _reading,
}


def evaluate(data: Path | None, only: Sequence[str], earlier: str) -> str:
    """The report with the named measures taken anew, all of them where none is named.

    ``earlier`` is the report as it was: what is not measured now is kept. Measures that need data are left out where
    no folder is given. Raises InputError for unknown names and unreadable data.
    """
    unknown = [name for name in only if name not in MEASURES]
    if unknown:
        raise InputError(
            f"測定「{'、'.join(unknown)}」はありません。",
            where="--only",
            remedy=f"次から選んでください：{'、'.join(MEASURES)}。",
        )
    if data is not None and not data.is_dir():
        raise InputError("評価データのフォルダーがありません。", where=str(data), remedy="--data を確かめてください。")
    return page(_taken(data, only or tuple(MEASURES)), tuple(MEASURES), earlier)


def _taken(data: Path | None, names: Sequence[str]) -> Iterator[Section]:
    for name in names:
        section = MEASURES[name](data)
        if section is not None:
            yield section
