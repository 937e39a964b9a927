"""The page that sets both drafts side by side: one HTML file, nothing loaded from elsewhere, no script."""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from evaluation.trial.report import Conditions
from evaluation.trial.running import Outcome
from evaluation.trial.side_by_side import meeting_view

_HERE = Path(__file__).parent


def page(outcomes: Sequence[Outcome], conditions: Conditions) -> str:
    """The whole page. ``outcomes`` has at least one meeting. What was said in closed talk stands on it, marked."""
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    meetings = [meeting_view(nth, each, conditions.profile) for nth, each in enumerate(outcomes, 1)]
    return environment.get_template("page.html.j2").render(
        model=outcomes[0].document.provenance.model,
        meetings=meetings,
        prices=conditions.prices,
        style=(_HERE / "page.css").read_text(encoding="utf-8"),
    )
