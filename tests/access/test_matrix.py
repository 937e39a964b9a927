"""Every role, in its own department, in another, and nobody's, against every route: allowed and refused side by side.

What is allowed is tried in a way that changes nothing (an old version, an empty field, a state that does not fit), so
one town hall serves all. A route that is added without a line here fails the first test.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts

sys.path.insert(0, str(Path(__file__).parent))

from api_routes import API
from attempt import Needs, Try
from needs import P
from page_routes import PAGES
from rights_table import COLUMNS, SCOPES, TABLE
from town_hall import CLOSED_WORDS, MEETING, OTHER, OWN, PROFILE, TITLE, TownHall, Who, build

from service.auth import Action, Role

WITHOUT_RIGHTS = {
    ("GET", "/api/v1/openapi.json"),
    ("GET", "/livez"),
    ("GET", "/readyz"),
    ("GET", "/login"),
    ("POST", "/login"),
    ("POST", "/logout"),
    ("GET", "/login/provider"),
    ("GET", "/login/provider/callback"),
    # For a speaker without an account; tests/web/test_confirmations.py says what a link opens.
    ("GET", "/confirm/{token}"),
    ("POST", "/confirm/{token}"),
    # Ends the sessions of whoever asks, and there is nobody who may not.
    ("POST", "/me/sessions/end"),
}

PEOPLE = [Who(role, place) for role in Role for place in (OWN, OTHER)] + [Who(None, "どこにも")]
TOKENS = [
    Who(role, OWN, frozenset(scopes))
    for role in Role
    for scopes in ({"read"}, {"write"}, {"approve"}, {"read", "write"}, {"read", "write", "approve"})
] + [Who(role, OTHER, frozenset(SCOPES)) for role in (Role.CHECKER, Role.AUDITOR)]


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TownHall]:
    made = build(tmp_path_factory.mktemp("matrix"))
    yield made
    made.app.state.provider.close()
    made.engine.dispose()


def allowed(who: Who, needs: Needs) -> bool:
    if not needs:
        return True
    if who.role is None or who.department != OWN:
        return False
    mine = dict(zip(COLUMNS, TABLE[who.role].split(), strict=True))
    scopes = [dict(zip(COLUMNS, SCOPES[each].split(), strict=True)) for each in who.scopes or ()]
    return all(
        any(
            mine[Action(each)] == "o" and (who.scopes is None or any(scope[Action(each)] == "o" for scope in scopes))
            for each in need.split("|")
        )
        for need in needs
    )


def refusal(who: Who, attempt: Try) -> int:
    """Outside one's departments things are not even named; a page without an owner is merely forbidden."""
    if not attempt.hidden:
        return 403
    if attempt.route.startswith(P):
        return 404 if who.role is Role.ADMINISTRATOR else 403
    return 403 if who.department == OWN else 404


def elsewhere(who: Who, attempt: Try) -> bool:
    """Whether the right, held in another department, opens this page (and shows that department's things)."""
    if attempt.hidden or who.department != OTHER or who.role is None:
        return False
    return allowed(Who(who.role, OWN, who.scopes), attempt.needs)


def send(hall: TownHall, client: Any, attempt: Try) -> Any:
    values = {
        "meeting_id": hall.meeting_id,
        "job_id": hall.job_id,
        "sentence_id": "s0001",
        "block_id": "b0001",
        "turn_id": hall.open_turn_id,
        "proposal_id": hall.proposal_id,
        "version": "1",
        "number": "1",
        "earlier": "1",
        "place": "s0001",
        "word_id": "nothing",
        "comment_id": "none",
        "profile_id": PROFILE,
        "reference": f"{PROFILE}@1",
        "attendee_id": "mori",
        "answer_id": "none",
        "delegation_id": "none",
        "notice_id": "none",
        "body_id": "none",
        "delivery_id": "none",
        "destination_id": "none",
        "step": "pause",
        "package_id": hall.package_id,
        "kind": "retention",
        "edition": "public",
        "format": "txt",
        "account_id": hall.federated_id,
        "department_id": hall.departments[OWN],
        "session_id": hall.ended_session_id,
        "token_id": hall.revoked_token_id,
        **attempt.values,
    }
    if values["account_id"] == "administrator":
        values["account_id"] = hall.accounts[Role.ADMINISTRATOR, OWN]
    if values["meeting_id"] == "cancelled":
        values["meeting_id"] = hall.cancelled_id
    if values["package_id"] == "whole":
        values["package_id"] = hall.whole_package_id
    if values["proposal_id"] == "discarded":
        values["proposal_id"] = hall.discarded_id
    data = dict(attempt.data or {})
    if "department_id" in data:
        data["department_id"] = hall.departments[OWN]
    given: dict[str, Any] = {"headers": attempt.headers}
    if attempt.json is not None:
        given["json"] = attempt.json
    if data:
        given["data"] = data
    if attempt.files is not None:
        given["files"] = attempt.files
    return client.request(attempt.method, attempt.route.format(**values), **given)


def test_every_route_and_every_action_has_a_line(hall: TownHall) -> None:
    routes = {
        (method, context.path)
        for context in iter_route_contexts(hall.app.routes)
        for method in set(context.methods or ()) - {"HEAD", "OPTIONS"}
    }
    lines = {(each.method, each.route.partition("?")[0]) for each in (*PAGES, *API)}
    assert routes - WITHOUT_RIGHTS == lines
    assert {one for each in (*PAGES, *API) for need in each.needs for one in need.split("|")} == set(Action)


@pytest.mark.parametrize("who", PEOPLE, ids=str)
def test_a_person_gets_what_the_table_says_and_nothing_else(hall: TownHall, who: Who) -> None:
    wrong = []
    with hall.client(who) as client:
        for attempt in (*PAGES, *API):
            answer = send(hall, client, attempt)
            fine = attempt.fine if allowed(who, attempt.needs) or elsewhere(who, attempt) else {refusal(who, attempt)}
            if answer.status_code not in fine:
                wrong.append((str(attempt), answer.status_code, fine))
            if who.department != OWN and any(word in answer.text for word in (TITLE, *CLOSED_WORDS, f"{OWN} ")):
                wrong.append((str(attempt), "names things of another department", answer.text[:200]))
    assert wrong == []


@pytest.mark.parametrize("who", TOKENS, ids=str)
def test_a_token_gets_what_both_its_person_and_its_scopes_allow(hall: TownHall, who: Who) -> None:
    wrong = []
    with hall.client(who) as client:
        for attempt in API:
            answer = send(hall, client, attempt)
            fine = attempt.fine if allowed(who, attempt.needs) or elsewhere(who, attempt) else {refusal(who, attempt)}
            if answer.status_code not in fine:
                wrong.append((str(attempt), answer.status_code, fine))
    assert wrong == []


@pytest.mark.parametrize("role", Role)
def test_a_token_opens_no_page(hall: TownHall, role: Role) -> None:
    """Pages are for people: so a token can neither administer nor make itself another token."""
    with hall.client(Who(role, OWN, frozenset(SCOPES))) as client:
        opened = [
            (str(attempt), answer.status_code)
            for attempt in PAGES
            if not (
                (answer := send(hall, client, attempt)).status_code == 303
                and answer.headers["location"].startswith("/login")
            )
        ]
    assert opened == []


def test_what_was_tried_changed_nothing(hall: TownHall) -> None:
    with hall.client(Who(Role.CHECKER, OWN)) as client:
        meeting = client.get(f"/api/v1/meetings/{hall.meeting_id}").json()
    assert (meeting["state"], meeting["current_version"]) == ("確認待ち", 1)
    assert meeting["title"] == MEETING["title"]


def test_the_routes_of_the_table_are_spelled_like_routes() -> None:
    assert all(re.fullmatch(r"/[a-z0-9_{}/.?=-]*", each.route) for each in (*PAGES, *API))
