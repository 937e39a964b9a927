"""The page on which a profile is written: the form, what is wrong with it, and the preview beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Response
from sqlalchemy.orm import Session

from minutes.errors import InputError, Problem
from minutes.profile import BUDGET_KINDS, Profile
from service.auth import Action, Principal
from service.db.profile_tables import ProfileRevision
from service.meetings.closed import shown_document
from service.meetings.queries import current_draft, get_meeting, newest_meetings
from service.profiles.preview import SAID, Preview, preview
from service.profiles.sample import sample_draft
from service.profiles.saving import may_change
from service.web.people import account_names, department_names, person_of
from service.web.profile_fields import BUDGET_NAMES, BUDGETS_SHOWN, GROUPS, HEADER_NAMES, NAME, ChoiceField
from service.web.profile_form import COLUMNS, SWITCHES, TERM, WORD, Form, label_of, profile_of_form, rows_of
from service.web.templating import fragment, page

EMPTY_ROWS = 3
"""Offered behind the rows of a table, so that a term can be typed without asking for a row."""

MEETINGS = 20
"""Newest meetings to choose a preview from."""


@dataclass(frozen=True)
class Editing:
    row: ProfileRevision | None
    """The newest revision of what is being changed; None: a new profile."""
    reference: str
    """What the form began with."""
    begun_with: Profile


def profile_page(
    session: Session,
    principal: Principal,
    editing: Editing,
    form: Form,
    *,
    status: int = 200,
    problems: Sequence[Problem] = (),
    from_file: bool = False,
    done: str = "",
) -> Response:
    """``from_file``: the problems are those of a file, whose places are no fields. ``done``: saved or read."""
    row = editing.row
    # A save that came too late stays based on what the person saw.
    base = next(iter(form.get("base", ())), "") or editing.reference
    shown, faults = _preview(session, principal, form, editing.begun_with)
    told = problems or (faults if form.get("do") else ())
    departments = department_names(session, principal.departments(Action.administer))
    newest = newest_meetings(session, principal, MEETINGS)
    may_save = may_change(session, principal, row.department_id) if row is not None else True
    return page(
        "profile.html",
        status=status,
        person=person_of(session, principal),
        here="admin",
        tab="profiles",
        row=row,
        by=account_names(session, [row.created_by])[row.created_by] if row is not None else "",
        place=(departments.get(row.department_id, "") if row.department_id else "すべての所属") if row else "",
        source=editing.begun_with.name,
        base=base,
        may_save=may_save,
        done=done,
        form=form,
        problems=[_shown(each, from_file) for each in told],
        faults=_by_field(() if from_file else told),
        name_field=NAME,
        groups=GROUPS,
        choice=ChoiceField,
        header=HEADER_NAMES,
        budgets=_budget_rows(form),
        rules=SWITCHES,
        columns=COLUMNS,
        terms=_with_empty(rows_of(form, "term"), len(TERM)),
        words=_with_empty(rows_of(form, "word"), len(WORD)),
        departments=sorted(departments.items(), key=lambda pair: pair[1]),
        may_for_all=may_change(session, principal, None),
        meetings=[each for each in newest if each.current_version],
        preview=shown,
        preview_faults=len(faults),
        said=SAID,
    )


def fragment_of(session: Session, principal: Principal, form: Form, begun_with: Profile) -> str:
    """The preview alone."""
    shown, faults = _preview(session, principal, form, begun_with)
    return fragment("profile_preview.html", preview=shown, preview_faults=len(faults), said=SAID)


def _preview(
    session: Session, principal: Principal, form: Form, begun_with: Profile
) -> tuple[Preview | None, Sequence[Problem]]:
    """None where the form means no profile, with what is wrong."""
    try:
        profile = profile_of_form(form, "preview")
    except InputError as error:
        return None, error.problems
    document = sample_draft()
    if meeting_id := next(iter(form.get("meeting", ())), ""):
        row = get_meeting(session, principal, meeting_id)
        draft = current_draft(session, row)
        document = shown_document(principal, row, draft[1]) if draft is not None else document
    return preview(document, profile, begun_with), ()


def _budget_rows(form: Form) -> list[tuple[str, str]]:
    """Kind and its words: those that drafts keep, and any other that the profile names."""
    named = {kind for kind in BUDGET_KINDS if any(form.get(f"budgets.{kind}.percent", ()))}
    return [(kind, BUDGET_NAMES[kind]) for kind in BUDGET_KINDS if kind in BUDGETS_SHOWN or kind in named]


def _with_empty(rows: list[tuple[str, ...]], width: int) -> list[tuple[str, ...]]:
    return [*rows, *[("",) * width] * EMPTY_ROWS]


def _by_field(problems: Sequence[Problem]) -> dict[str, list[Problem]]:
    found: dict[str, list[Problem]] = {}
    for each in problems:
        found.setdefault(each.where, []).append(each)
    return found


def _shown(problem: Problem, from_file: bool) -> dict[str, str | None]:
    label = "" if from_file else label_of(problem.where)
    href = f"#{problem.where}" if label else None
    where = label or (problem.where if from_file and problem.where != "yaml" else "")
    return {"what": problem.what, "where": where, "remedy": problem.remedy, "href": href}
