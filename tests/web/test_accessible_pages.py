"""Every page that a person can open, as axe-core sees it in Chromium: on a desk and on a telephone, folded parts open.

A page that is added without a visit here fails the first test.
"""

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from browser import PATIENCE, wait_until_it_listens
from busy_office import BusyOffice, busy_office
from fastapi.routing import iter_route_contexts

AXE = (Path(__file__).parent / "vendor/axe-core/axe.min.js").read_text("utf-8")
SIZES = {"width": 1440, "height": 960}, {"width": 390, "height": 844}
CHECK = """colours => new Promise(painted => requestAnimationFrame(() => requestAnimationFrame(painted))).then(() => axe.run(document, {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"],
  rules: {"color-contrast": {enabled: colours}},
})).then(found => found.violations.flatMap(
  rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 160)} (${node.failureSummary.split("\\n").pop().trim()})`)))"""
UNFOLD = """() => {
  document.querySelectorAll("details").forEach(each => { each.open = true; });
  // What is out of view has a guessed height until it is scrolled to, and would seem to lie over what follows.
  const all = new CSSStyleSheet();
  all.replaceSync("* { content-visibility: visible !important; }");
  document.adoptedStyleSheets = [all];
}"""
SEND = """fields => {
  const form = Object.assign(document.createElement("form"), {method: "post", action: fields.action});
  for (const [name, value] of Object.entries(fields.data)) {
    form.append(Object.assign(document.createElement("input"), {type: "hidden", name, value}));
  }
  document.body.append(form);
  form.submit();
}"""


@dataclass(frozen=True)
class Visit:
    """``who`` opens the page; "" is nobody. ``meeting``: the stage of the meeting it is about."""

    who: str
    route: str
    query: str = ""
    meeting: str = "open"
    values: dict[str, str] = field(default_factory=dict)
    sent: dict[str, str] | None = None
    """What a form on the page before sends there; None: the page is only opened."""
    status: int = 200
    pressed: str = ""
    """A key pressed once the scripts listen."""

    def open_in(self, page, office: BusyOffice):
        values = office.values | {"meeting_id": office.values[self.meeting]} | self.values
        address = (self.route + self.query).format_map(values)
        if self.sent is None:
            return page.goto(address)
        fields = {name: value.format_map(values) for name, value in self.sent.items()}
        with page.expect_navigation() as answered:
            page.evaluate(SEND, {"action": address, "data": fields})
        return answered.value

    def __str__(self) -> str:
        return (
            f"{self.who or 'nobody'}: {self.route}{self.query} [{self.meeting}]{' after a form' if self.sent else ''}"
        )


M = "/meetings/{meeting_id}"
RECORD = M + "/record"
SAME_NUMBER = {"document_number": "{number}", "decided_on": "{today}", "decided_by": "情報政策課長"}
PERSON, PROFILE, WORDS = (
    "/admin/people/{account_id}",
    "/admin/profiles/{profile_id}",
    "/departments/{department_id}/dictionary",
)

VISITS = (
    Visit("", "/login"),
    Visit("", "/login", sent={"login": "tanaka", "password": "x"}, status=401),
    Visit("", "/confirm/{token}"),
    Visit("", "/confirm/{token}", "?done=1"),
    Visit("", "/confirm/{token}", sent={"answer-b0003": "propose"}, status=422),
    Visit("", "/confirm/{token}", values={"token": "x"}, status=404),
    Visit("shinjin", "/password"),
    Visit("suzuki", "/password"),
    Visit("suzuki", "/"),
    Visit("kato", "/"),
    Visit("suzuki", "/meetings"),
    Visit("kanri", "/meetings"),
    Visit("suzuki", "/search"),
    Visit("suzuki", "/search", "?q=窓口"),
    Visit("suzuki", "/search", "?q=ありえない語"),
    Visit("tanaka", "/meetings/new"),
    Visit("tanaka", "/meetings/new", sent={"title": "x"}, status=422),
    Visit("tanaka", "/meetings/new/read", sent={"title": "x"}, status=422),
    Visit("tanaka", M, meeting="queued"),
    Visit("suzuki", M),
    Visit("suzuki", M, "?open=s0003&comment=s0003&findings=all&word=県域&as=圏域"),
    Visit("suzuki", M, pressed="?"),
    Visit("suzuki", M, "?open=b0003"),
    Visit("suzuki", M, "?open=all"),
    Visit("suzuki", M, meeting="asking"),
    Visit("suzuki", M + "/sentences/s0003", sent={"version": "99", "text": "別の文である。"}, status=412),
    Visit("suzuki", M + "/sentences/s0003", sent={"version": "1", "text": ""}, status=422),
    Visit("kanri", M),
    Visit("kato", M, meeting="handed"),
    Visit("suzuki", M, meeting="approved"),
    Visit("suzuki", M + "/print"),
    Visit("suzuki", M + "/print", "?evidence=1&findings=1"),
    Visit("suzuki", M + "/print", meeting="approved"),
    Visit("suzuki", M + "/preview/{edition}", values={"edition": "public"}),
    Visit("suzuki", M + "/preview/{edition}", values={"edition": "full"}, meeting="approved"),
    Visit("suzuki", M + "/versions", meeting="approved"),
    Visit("suzuki", M + "/profile"),
    Visit("suzuki", M + "/profile", "?profile=ward_forum"),
    Visit("suzuki", M + "/confirmations", meeting="asking"),
    Visit("suzuki", M + "/confirmations/{attendee_id}", meeting="asking"),
    Visit("suzuki", M + "/confirmations/{attendee_id}", meeting="asking", values={"attendee_id": "a3"}),
    Visit("ito", M + "/provenance"),
    Visit("ito", M + "/audit", meeting="approved"),
    Visit("ito", "/audit"),
    Visit("ito", "/audit", sent={"head": ""}),
    Visit("suzuki", WORDS),
    Visit("kato", "/delegations"),
    Visit("kato", "/delegations", sent={"whom": ""}, status=422),
    Visit("kato", "/notices"),
    Visit("suzuki", "/me"),
    Visit("suzuki", "/me/tokens", sent={"name": "控え", "scopes": "read", "days": "90"}),
    Visit("kanri", "/bodies"),
    Visit("kanri", "/admin/retention"),
    Visit("kanri", "/admin/retention/dispose", sent={"meeting": "{meeting_id}"}, meeting="passed", status=422),
    Visit("kanri", M + "/disposal", meeting="disposed"),
    Visit("suzuki", M, meeting="disposed"),
    Visit("suzuki", "/deliveries"),
    Visit("ito", "/deliveries", "?way=all"),
    Visit("kanri", "/deliveries", "?meeting={meeting_id}&state=failed", meeting="approved"),
    Visit("suzuki", "/deliveries/{delivery_id}/pause", sent={"back": "/deliveries"}, status=409),
    Visit("kanri", "/admin/destinations"),
    Visit("kanri", "/admin/destinations/new", "?kind=folder"),
    Visit("kanri", "/admin/destinations/new", "?kind=folder", sent={"name": ""}, status=422),
    Visit("kanri", "/admin/destinations/{destination_id}"),
    Visit("suzuki", RECORD),
    Visit("suzuki", RECORD, meeting="approved"),
    Visit("suzuki", RECORD, meeting="recorded"),
    Visit("ito", RECORD, meeting="recorded"),
    Visit("suzuki", M, meeting="recorded"),
    Visit(
        "suzuki",
        RECORD,
        meeting="recorded",
        sent={"version": "1", "file.fiscal_year": "平成50年度", "item.openness_reason": "契約前のため"},
        status=422,
    ),
    Visit("suzuki", RECORD, meeting="recorded", sent={"version": "9", "file.creator": "別の課長"}, status=412),
    Visit("suzuki", M + "/packages", meeting="approved", sent={"editions": "公開版"}, status=422),
    Visit("suzuki", M + "/registration", meeting="approved", sent={"decided_on": "きのう"}, status=422),
    Visit("suzuki", M + "/registration", meeting="approved", sent={**SAME_NUMBER}, status=422),
    Visit("suzuki", "/packages/{package_id}"),
    Visit("suzuki", "/registrations"),
    Visit("suzuki", "/registrations", sent={"text": "{table}", "seen": "x"}, status=412),
    Visit("suzuki", "/registrations", sent={"text": "x", "seen": "x"}, status=422),
    Visit("suzuki", "/search", "?q=8情第12号"),
    Visit("kanri", "/bodies/{body_id}/records"),
    Visit("kanri", "/bodies/{body_id}/records/presets", sent={"version": "0"}, status=412),
    Visit("kanri", "/admin/people"),
    Visit("kanri", "/admin/people/new"),
    Visit("kanri", "/admin/people/new", sent={"login": "!"}, status=422),
    Visit(
        "kanri",
        "/admin/people/new",
        sent={"login": "shinjin2", "display_name": "新人 二郎", "roles": "{department_id}:登録者"},
    ),
    Visit("kanri", PERSON),
    Visit("kanri", "/admin/departments"),
    Visit("kanri", "/admin/profiles"),
    Visit("kanri", "/admin/profiles/new"),
    Visit("kanri", "/admin/profiles/new", sent={"do": "save"}, status=422),
    Visit("kanri", PROFILE),
    Visit("kanri", PROFILE + "/revisions"),
    Visit("suzuki", "/admin/people", status=403),
    Visit("suzuki", M, values={"meeting_id": "x"}, status=404),
)

NO_PAGES = {
    "/livez": "for the machine that watches the service",
    "/readyz": "for the machine that watches the service",
    "/login/provider": "leads on to the identity provider",
    "/login/provider/callback": "leads on; what it refuses is shown by the identity provider's tests",
    M + "/progress": "the inside of a box of the review page",
    M + "/proposals/{proposal_id}/progress": "the inside of a box of the review page",
    M + "/proposals/{proposal_id}": "leads on to the review page",
    M + "/tools/{place}": "the part of the review page that ?open= shows",
    M + "/comments/new/{place}": "the part of the review page that ?comment= shows",
    M + "/download/{edition}/{format}": "a file",
    PROFILE + "/yaml": "a file",
    "/packages/{package_id}/content": "a file",
    "/registrations/waiting.csv": "a file",
    "/bodies/{body_id}/records/{kind}.csv": "a file",
    "/bodies/{body_id}/records/form.docx": "a file",
}


def test_every_page_is_visited(site):
    routes = {
        context.path
        for context in iter_route_contexts(site.app.routes)
        if "GET" in (context.methods or ()) and not context.path.startswith("/api/")
    }
    assert routes - set(NO_PAGES) == {each.route for each in VISITS if each.sent is None}
    assert set(NO_PAGES) <= routes


@pytest.mark.browser
@pytest.mark.timeout(300)
def test_axe_finds_nothing_on_any_page(chromium, served, site, draft):
    office = busy_office(site, draft)
    found: dict[str, list[str]] = {}
    pages = {}
    for who, client in office.people.items():
        context = chromium.new_context(base_url=served, locale="ja-JP", reduced_motion="reduce")
        context.set_default_timeout(PATIENCE)
        context.add_cookies([{"name": n, "value": v, "url": served} for n, v in client.cookies.items()])
        context.add_init_script(AXE)  # The pages forbid scripts of others; this one comes from the browser itself.
        pages[who] = context.new_page()
    for visit in VISITS:
        page = pages[visit.who]
        opened = visit.open_in(page, office)
        assert opened.status == visit.status, (str(visit), opened.status)
        if visit.pressed:
            wait_until_it_listens(page)
            page.keyboard.press(visit.pressed)
            page.get_by_role("dialog").wait_for()
        page.evaluate(UNFOLD)
        for size in SIZES:
            page.set_viewport_size(size)
            # Colours are the same at every width, and to look at them takes longer than all the rest.
            for each in page.evaluate(CHECK, size is SIZES[0]):
                found.setdefault(each, []).append(f"{visit} at {size['width']}")
    for page in pages.values():
        page.context.close()
    assert not found, "\n".join(f"{what}\n    {'; '.join(where)}" for what, where in found.items())
