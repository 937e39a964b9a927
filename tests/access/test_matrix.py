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

from attempt import Needs, Try
from record_routes import RECORD_API, RECORD_PAGES
from rights_table import COLUMNS, SCOPES, TABLE
from town_hall import CLOSED_WORDS, MEETING, OTHER, OWN, PROFILE, TITLE, TownHall, Who, build

from service.auth import Action, Role

STALE = {"If-Match": '"99"'}


M = "/meetings/{meeting_id}"
A = "/api/v1/meetings/{meeting_id}"
P = "/admin/people/{account_id}"
W = "/departments/{department_id}/dictionary"
C = M + "/confirmations/{attendee_id}"
F = "/admin/profiles/{profile_id}"
D = "/admin/destinations"
SEE: Needs = ("hand_over|audit|administer",)
READ: Needs = ("read",)
UP: Needs = ("upload",)
ASK: Needs = ("read", "submit")
EDIT: Needs = ("read", "edit")
TALK: Needs = ("read", "comment")
ADMIN: Needs = ("administer",)
RUNS: Needs = ("read", "audit", "read_closed")
PLAN: Needs = ("read", "edit|approve|administer")
"""With ``|`` between them, any one of the actions is enough."""
STEPS = {
    "check_speakers": ("read", "submit"),
    "submit": ("read", "submit"),
    "approve": ("read", "approve"),
    "return": ("read", "return"),
    "withdraw": ("read", "submit"),
    "cancel": ("read", "cancel"),
    "run_again": ("read", "upload"),
}
BY_STATE = {"approve": 409, "return": 409, "withdraw": 409, "run_again": 409}
NOT_A_MEETING = {"meeting": ("m.json", b"{}"), "transcript": ("t.txt", "○議長　開会します。".encode())}

PAGES = (
    Try("GET", "/", (), {200}),
    Try("GET", "/meetings", (), {200}),
    Try("GET", "/search?q=x", (), {200}),
    Try("GET", M + "/progress", READ, {200}),
    # Each of the meetings is decided on by itself: tests/access/test_queue_rights.py.
    Try("POST", "/meetings/assign", (), {422}),
    Try("POST", M + "/take", PLAN, {409}, values={"meeting_id": "cancelled"}),
    Try("POST", M + "/rerun", ("read", "upload"), {409}),
    Try(
        "POST",
        M + "/plan",
        PLAN,
        {422},
        data={"assignee": "none", "draft_due": "2026-06-02", "publication_due": "2026-06-01"},
    ),
    Try("GET", "/meetings/new", ("upload",), {200}, hidden=False),
    Try("POST", "/meetings/new", ("upload",), {422}, hidden=False),
    Try("POST", "/meetings/new/read", ("upload",), {422}, hidden=False),
    Try("GET", M, READ, {200}),
    Try("GET", M + "/download/{edition}/{format}", ("read", "export_public"), {200}, values={"edition": "public"}),
    Try("GET", M + "/download/{edition}/{format}", ("read", "export_full"), {200}, values={"edition": "full"}),
    Try("POST", M + "/sentences/{sentence_id}", EDIT, {412}, data={"version": 99, "text": "x"}),
    Try("POST", M + "/sentences/{sentence_id}/delete", EDIT, {412}, data={"version": 99}),
    Try(
        "POST",
        M + "/blocks/{block_id}/sentences",
        EDIT,
        {412},
        data={"version": 99, "text": "x", "evidence": "u0001"},
    ),
    Try("POST", M + "/fixes", EDIT, {412}, data={"version": 99, "sentence_id": "s0001", "replaced": "x"}),
    Try("POST", M + "/blocks/{block_id}/leave-out", EDIT, {412}, data={"version": 99}),
    Try("POST", M + "/speakers", EDIT, {412}, data={"version": 99, "attendee_id": "ono"}),
    *(
        Try("POST", M + "/{action}", needs, {BY_STATE.get(name, 412)}, values={"action": name}, data={"version": 99})
        for name, needs in STEPS.items()
    ),
    Try("POST", M + "/turns/{turn_id}/regenerate", EDIT, {412}, data={"version": 99}),
    Try("GET", M + "/proposals/{proposal_id}", READ, {303}),
    Try("GET", M + "/proposals/{proposal_id}/progress", READ, {200}),
    *(
        Try(
            "POST",
            M + "/proposals/{proposal_id}/{decision}",
            EDIT,
            {409},
            values={"decision": decision, "proposal_id": "discarded"},
            data={"version": 99, "block": "b0001"},
        )
        for decision in ("take", "discard", "cancel")
    ),
    Try(
        "POST",
        M + "/changes",
        EDIT,
        {412},
        data={"version": 99, "edit": '{"do": "edit_sentence", "sentence": "s0001", "text": "x"}'},
    ),
    Try("POST", M + "/undo", EDIT, {412}, data={"version": 99}),
    Try("POST", M + "/redo", EDIT, {412}, data={"version": 99}),
    Try("POST", M + "/restore/{earlier}", EDIT, {412}, data={"version": 99}),
    Try("GET", M + "/tools/{place}", EDIT, {200}),
    Try("GET", M + "/versions", READ, {200}),
    Try("GET", W, READ, {200}),
    Try("POST", W, ("edit",), {422}),
    Try("POST", W + "/{word_id}/delete", ("edit",), {404}),
    Try("GET", M + "/provenance", RUNS, {200}),
    Try("GET", M + "/audit", ("read", "audit"), {200}),
    Try("POST", M + "/corrections", EDIT, {409}, data={"reason": "x"}),
    Try("GET", M + "/print?evidence=1", READ, {200}),
    Try("GET", M + "/print?findings=1", READ, {200}),
    Try("GET", M + "/comments/new/{place}", READ, {200}),
    Try("POST", M + "/comments", TALK, {422}),
    Try("POST", M + "/comments/{comment_id}/replies", TALK, {404}, data={"text": "x"}),
    *(
        Try("POST", M + "/comments/{comment_id}/{decision}", TALK, {404}, values={"decision": decision})
        for decision in ("resolve", "reopen", "delete")
    ),
    Try("GET", M + "/confirmations", ASK, {200}),
    Try("GET", C, ASK, {200}),
    Try("POST", C + "/link", ASK, {409}),
    Try("POST", C + "/revoke", ASK, {409}),
    Try("POST", C + "/sheet", ASK, {409}),
    Try("POST", C + "/sheet/answers", ASK, {422}, files={"sheet": ("x.docx", b"x")}),
    Try("POST", C + "/answers", ASK, {409}),
    Try("POST", C + "/proposals/{answer_id}", EDIT, {404}, data={"version": 99, "decision": "taken"}),
    Try("GET", "/delegations", (), {200}),
    Try("POST", "/delegations", (), {422}),
    Try("POST", "/delegations/{delegation_id}/revoke", (), {404}),
    Try("GET", "/notices", (), {200}),
    Try("POST", "/notices/read", (), {303}),
    Try("POST", "/notices/mail", (), {303}),
    Try("POST", "/notices/{notice_id}/open", (), {404}),
    Try("GET", "/audit", ("audit",), {200}, hidden=False),
    Try("POST", "/audit", ("audit",), {200}, hidden=False),
    Try("GET", "/me", (), {200}),
    Try("GET", "/password", (), {409}),
    Try("POST", "/password", (), {409}, data={"new": "a", "again": "b"}),
    Try("POST", "/me/sessions/{session_id}/end", (), {404}),
    Try("POST", "/me/tokens", (), {422}),
    Try("POST", "/me/tokens/{token_id}/revoke", (), {404}),
    Try("GET", "/bodies", ADMIN, {200}, hidden=False),
    Try("POST", "/bodies", ADMIN, {422}, hidden=False),
    Try("POST", "/bodies/{body_id}", ADMIN, {404}, hidden=False),
    Try("GET", "/admin/retention", ADMIN, {200}, hidden=False),
    Try("POST", "/admin/retention/dispose", ADMIN, {422}, hidden=False),
    Try("POST", "/admin/retention/{meeting_id}/hold", ADMIN, {422}),
    Try("POST", "/admin/retention/{meeting_id}/release", ADMIN, {303}),
    Try("GET", M + "/disposal", READ, {404}),
    Try("GET", M + "/preview/{edition}", ("read", "export_public"), {200}, values={"edition": "public"}),
    Try("GET", M + "/preview/{edition}", ("read", "export_full"), {200}, values={"edition": "full"}),
    *RECORD_PAGES,
    Try("GET", "/admin/people", ADMIN, {200}, hidden=False),
    Try("GET", "/admin/people/new", ADMIN, {200}, hidden=False),
    Try("POST", "/admin/people/new", ADMIN, {422}, hidden=False),
    Try("GET", P, ADMIN, {200}),
    Try("POST", P, ADMIN, {422}),
    Try("POST", P + "/deactivate", ADMIN, {409}, values={"account_id": "administrator"}),
    Try("POST", P + "/reactivate", ADMIN, {303}),
    Try("POST", P + "/unlock", ADMIN, {303}),
    Try("POST", P + "/password", ADMIN, {409}),
    Try("POST", P + "/link", ADMIN, {422}),
    Try("POST", P + "/sessions/end", ADMIN, {303}),
    Try("POST", P + "/sessions/{session_id}/end", ADMIN, {303}),
    Try("POST", P + "/tokens/{token_id}/revoke", ADMIN, {303}),
    Try("GET", "/admin/departments", ADMIN, {200}, hidden=False),
    Try("POST", "/admin/departments", ADMIN, {422}, hidden=False),
    Try("POST", "/admin/departments/{department_id}", ADMIN, {303}, data={"name": OWN}),
    Try("GET", M + "/profile", EDIT, {200}),
    Try("POST", M + "/profile", EDIT, {412}, data={"version": 99, "profile": "ward_forum"}),
    Try("GET", "/admin/profiles", ADMIN, {200}, hidden=False),
    Try("GET", "/admin/profiles/new", ADMIN, {200}, hidden=False),
    Try("POST", "/admin/profiles/new", ADMIN, {422}, hidden=False),
    Try("POST", "/admin/profiles/preview", ADMIN, {200}, hidden=False),
    Try("POST", "/admin/profiles/read", ADMIN, {422}, hidden=False),
    Try("GET", F, ADMIN, {200}),
    Try("POST", F, ADMIN, {422}),
    Try("POST", F + "/withdraw", ADMIN, {412}, data={"based_on": 99, "reason": "x"}),
    Try("GET", F + "/revisions", ADMIN, {200}),
    Try("GET", F + "/yaml?revision=1", ADMIN, {200}),
    Try("GET", "/deliveries", SEE, {200}, hidden=False),
    Try("POST", "/deliveries/{delivery_id}/{step}", SEE, {404}, hidden=False),
    Try("POST", M + "/deliveries", ("read", "hand_over"), {404}, data={"package": "none"}),
    Try("GET", D, ADMIN, {200}, hidden=False),
    Try("GET", D + "/new?kind=folder", ADMIN, {200}, hidden=False),
    Try("POST", D + "/new?kind=folder", ADMIN, {422}, hidden=False),
    Try("GET", D + "/{destination_id}", ADMIN, {404}, hidden=False),
    Try("POST", D + "/{destination_id}", ADMIN, {404}, hidden=False),
    Try("POST", D + "/{destination_id}/{step}", ADMIN, {404}, hidden=False),
)

API = (
    *RECORD_API,
    Try("POST", "/api/v1/meetings", ("upload",), {422}, files=NOT_A_MEETING, data={"department_id": OWN}),
    Try("POST", "/api/v1/meeting-drafts/calendar", UP, {422}, files={"calendar": ("x.ics", b"x")}, hidden=False),
    Try("POST", "/api/v1/meeting-drafts/roster", UP, {422}, files={"roster": ("x.csv", b"x")}, hidden=False),
    Try("GET", "/api/v1/meetings", (), {200}),
    Try("GET", "/api/v1/search?q=x", (), {200}),
    Try("GET", "/api/v1/bodies", (), {200}),
    Try("POST", "/api/v1/meetings/assignments", (), {422}, json={"meeting_ids": [], "assignee_id": None}),
    Try(
        "PUT",
        A + "/dues",
        PLAN,
        {409},
        values={"meeting_id": "cancelled"},
        json={"draft_due": None, "publication_due": None},
    ),
    Try("GET", A, READ, {200}),
    Try("GET", A + "/transcript", READ, {200}),
    Try("GET", A + "/transcript?format=original", ("read", "read_closed"), {200}),
    *(
        Try(
            "POST",
            A + "/transitions",
            needs,
            {BY_STATE.get(name, 412)},
            json={"action": name, "reason": "x"},
            headers=STALE,
        )
        for name, needs in STEPS.items()
    ),
    Try("GET", A + "/draft", READ, {200}),
    Try("GET", A + "/versions", READ, {200}),
    Try("GET", A + "/versions/{version}", READ, {200}),
    Try("GET", A + "/findings", READ, {200}),
    Try("GET", A + "/waivers", READ, {200}),
    Try("GET", A + "/versions/{number}/changes", READ, {200}),
    Try(
        "POST",
        A + "/draft/changes",
        EDIT,
        {412},
        json={"do": "edit_sentence", "sentence": "s0001", "text": "x"},
        headers=STALE,
    ),
    Try("POST", A + "/draft/undo", EDIT, {412}, headers=STALE),
    Try("POST", A + "/draft/redo", EDIT, {412}, headers=STALE),
    Try("POST", A + "/versions/{number}/restore", EDIT, {412}, headers=STALE),
    Try("GET", "/api/v1" + W, READ, {200}),
    Try("POST", "/api/v1" + W, ("edit",), {422}, json={"wrong": "", "right": "", "kind": ""}),
    Try("DELETE", "/api/v1" + W + "/{word_id}", ("edit",), {404}),
    Try("PATCH", A + "/draft/sentences/{sentence_id}", EDIT, {412}, json={"text": "x"}, headers=STALE),
    Try("PUT", A + "/draft/blocks/{block_id}", EDIT, {412}, json={"sentences": []}, headers=STALE),
    Try(
        "POST",
        A + "/draft/fixes",
        EDIT,
        {412},
        json={"fixes": [{"sentence_id": "s0001", "start": 0, "replaced": "x", "replacement": "y"}]},
        headers=STALE,
    ),
    Try("POST", A + "/draft/blocks/{block_id}/leave-out", EDIT, {412}, headers=STALE),
    Try("POST", A + "/speakers", EDIT, {412}, json={"label": None, "attendee_id": "ono"}, headers=STALE),
    Try("POST", A + "/draft/turns/{turn_id}/regenerate", EDIT, {412}, json={}, headers=STALE),
    Try("GET", A + "/proposals", READ, {200}),
    Try("GET", A + "/proposals/{proposal_id}", READ, {200}),
    Try("POST", A + "/proposals/{proposal_id}/take", EDIT, {412}, headers=STALE),
    Try("POST", A + "/proposals/{proposal_id}/discard", EDIT, {409}, values={"proposal_id": "discarded"}),
    Try("GET", A + "/comments", READ, {200}),
    Try("POST", A + "/comments", TALK, {422}, json={"text": " "}),
    Try("POST", A + "/comments/{comment_id}/replies", TALK, {404}, json={"text": "x"}),
    Try("POST", A + "/comments/{comment_id}/resolve", TALK, {404}),
    Try("POST", A + "/comments/{comment_id}/reopen", TALK, {404}),
    Try("DELETE", A + "/comments/{comment_id}", TALK, {404}),
    Try("GET", A + "/chain", READ, {200}),
    Try("GET", A + "/confirmations", ASK, {200}),
    Try("GET", "/api/v1" + C, ASK, {200}),
    Try("POST", "/api/v1" + C + "/link", ASK, {409}, json={"last": "2026-01-01"}),
    Try("DELETE", "/api/v1" + C + "/link", ASK, {409}),
    Try("POST", "/api/v1" + C + "/sheet", ASK, {409}, json={"last": "2026-01-01"}),
    Try("POST", "/api/v1" + C + "/sheet/answers", ASK, {422}, files={"sheet": ("x.docx", b"x")}),
    Try("POST", "/api/v1" + C + "/answers", ASK, {409}, json={"answers": [{"block_id": "b0001", "seen": "x"}]}),
    Try("POST", "/api/v1" + C + "/proposals/{answer_id}", EDIT, {404}, json={"decision": "taken"}, headers=STALE),
    Try("GET", "/api/v1/delegations", (), {200}),
    Try("GET", "/api/v1/departments/{department_id}/deputies", ("approve",), {200}),
    Try("POST", "/api/v1/delegations", (), {422}, json={}),
    Try("DELETE", "/api/v1/delegations/{delegation_id}", (), {404}),
    Try("POST", A + "/corrections", EDIT, {409}, json={"reason": "x"}),
    Try("GET", A + "/model-calls", RUNS, {200}),
    Try("GET", A + "/exports/{edition}.{format}", ("read", "export_public"), {200}, values={"edition": "public"}),
    Try("GET", A + "/exports/{edition}.{format}", ("read", "export_full"), {200}, values={"edition": "full"}),
    Try("GET", A + "/events", READ, {200}),
    Try("GET", "/api/v1/jobs/{job_id}", READ, {200}),
    Try("POST", "/api/v1/jobs/{job_id}/cancel", ("read", "cancel"), {409}),
    Try("POST", "/api/v1/jobs/{job_id}/run-again", ("read", "upload"), {409}),
    Try("GET", "/api/v1/audit", ("audit",), {200}, hidden=False),
    Try("GET", "/api/v1/me", (), {200}),
    Try("GET", "/api/v1/profiles", (), {200}),
    Try("GET", "/api/v1/profiles/{reference}", READ, {200}),
    Try("GET", "/api/v1/deliveries", SEE, {200}, hidden=False),
    Try("GET", "/api/v1/deliveries/{delivery_id}", SEE, {404}, hidden=False),
    *(
        Try("POST", f"/api/v1/deliveries/{{delivery_id}}/{step}", SEE, {404}, hidden=False)
        for step in ("pause", "resume", "cancel", "replay")
    ),
    Try(
        "POST",
        A + "/deliveries",
        ("read", "hand_over"),
        {404},
        json={"package_id": "none", "destination_id": "none"},
    ),
    Try("GET", "/api/v1/destinations", SEE, {200}, hidden=False),
    Try("GET", "/api/v1/destinations/{destination_id}", SEE, {404}, hidden=False),
)

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
