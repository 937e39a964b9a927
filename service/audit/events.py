"""The names of everything that is audited: ``source:subject:action``."""

from enum import StrEnum


class AuditEventName(StrEnum):
    """An event name is never reused with another meaning: old rows must stay readable."""

    FIRST_START = "system:service:first-start"
    ACCOUNT_CREATED = "admin:account:created"
    ACCOUNT_PASSWORD_RESET = "admin:account:password-reset"  # noqa: S105
    ACCOUNT_DEACTIVATED = "admin:account:deactivated"
    PASSWORD_CHANGED = "user:account:password-changed"  # noqa: S105
    SIGNED_IN = "user:session:signed-in"
    SIGN_IN_FAILED = "user:session:sign-in-failed"
    SIGNED_OUT = "user:session:signed-out"
    TOKEN_CREATED = "admin:token:created"  # noqa: S105
    TOKEN_REVOKED = "admin:token:revoked"  # noqa: S105
    MEETING_ACCEPTED = "user:meeting:accepted"
    DRAFT_CREATED = "system:draft:created"
    DRAFT_EDITED = "user:draft:edited"
    SPEAKER_ASSIGNED = "user:draft:speaker-assigned"
    MEETING_SUBMITTED = "user:meeting:submitted"
    SPEAKER_CHECK_STARTED = "user:meeting:speaker-check"
    MEETING_APPROVED = "user:meeting:approved"
    MEETING_RETURNED = "user:meeting:returned"
    MEETING_CANCELLED = "user:meeting:cancelled"
    MEETING_FAILED = "system:meeting:failed"
    MEETING_CANCELLED_BY_JOB = "system:meeting:cancelled"
    EXPORTED_PUBLIC = "user:export:public"
    EXPORTED_FULL = "user:export:full"
    JOB_CANCEL_REQUESTED = "user:job:cancel-requested"
    JOB_RUN_AGAIN = "user:job:run-again"
    BODY_ADDED = "admin:body:added"
    BODY_CHANGED = "admin:body:changed"
    MEETING_ASSIGNED = "user:meeting:assigned"
    MEETING_DUES_CHANGED = "user:meeting:dues-changed"
