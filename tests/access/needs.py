"""What lines of the matrix share: addresses, actions that are needed, and requests that change nothing."""

from attempt import Needs

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
