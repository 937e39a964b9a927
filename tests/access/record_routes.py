"""The routes of the way into the records, as lines of the matrix."""

from attempt import Needs, Try

M = "/meetings/{meeting_id}"
A = "/api/v1/meetings/{meeting_id}"
B = "/bodies/{body_id}/records"
READ: Needs = ("read",)
HAND: Needs = ("read", "hand_over")
ADMIN: Needs = ("administer",)
PUBLIC: Needs = ("read", "export_public")
WHOLE: Needs = ("read", "export_full")
NUMBER = {"document_number": "8企第1号", "decided_on": "R8.5.26", "decided_by": "課長"}
WANTED = {"editions": ["public"]}

RECORD_PAGES = (
    Try("GET", M + "/record", READ, {200}),
    Try("POST", M + "/record", HAND, {412}, data={"version": "99"}),
    Try("POST", M + "/packages", (*HAND, "export_public"), {409}, data={"editions": "公開版"}),
    Try("POST", M + "/packages", (*HAND, "export_full"), {409}, data={"editions": "保存版"}),
    Try("POST", M + "/registration", HAND, {409}, data=NUMBER),
    Try("GET", "/packages/{package_id}", PUBLIC, {200}),
    Try("GET", "/packages/{package_id}", WHOLE, {200}, values={"package_id": "whole"}),
    Try("GET", "/packages/{package_id}/content", PUBLIC, {200}),
    Try("GET", "/packages/{package_id}/content", WHOLE, {200}, values={"package_id": "whole"}),
    Try("GET", "/registrations", ("hand_over",), {200}, hidden=False),
    Try("GET", "/registrations/waiting.csv", ("hand_over",), {200}, hidden=False),
    Try("POST", "/registrations/preview", ("hand_over",), {422}, hidden=False),
    Try("POST", "/registrations", ("hand_over",), {422}, hidden=False),
    Try("GET", B, ADMIN, {404}, hidden=False),
    Try("GET", B + "/{kind}.csv", ADMIN, {404}, hidden=False),
    Try("GET", B + "/form.docx", ADMIN, {404}, hidden=False),
    Try("POST", B + "/presets", ADMIN, {404}, hidden=False),
    Try("POST", B + "/form", ADMIN, {404}, hidden=False, data={"remove": "1"}),
    Try("POST", B + "/{kind}/read", ADMIN, {404}, hidden=False),
    Try("POST", B + "/{kind}", ADMIN, {404}, hidden=False),
)

RECORD_API = (
    Try("GET", A + "/record", READ, {200}),
    Try("PUT", A + "/record", HAND, {412}, json={"file": {}, "item": {}}, headers={"If-Match": '"99"'}),
    Try("GET", A + "/packages", READ, {200}),
    Try("POST", A + "/packages", (*HAND, "export_public"), {409}, json=WANTED),
    Try("GET", "/api/v1/packages/{package_id}", PUBLIC, {200}),
    Try("GET", "/api/v1/packages/{package_id}", WHOLE, {200}, values={"package_id": "whole"}),
    Try("GET", "/api/v1/packages/{package_id}/content", PUBLIC, {200}),
    Try("GET", "/api/v1/packages/{package_id}/content", WHOLE, {200}, values={"package_id": "whole"}),
    Try("POST", A + "/registration", HAND, {409}, json=NUMBER),
    # Each line is decided on by itself: tests/api/test_api_registrations.py.
    Try("POST", "/api/v1/registrations", (), {415}, json={}),
)
