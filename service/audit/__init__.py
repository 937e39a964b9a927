"""Who did what, when: append-only, hash-chained, in the same transaction as the change."""

from service.audit.chain import GENESIS, Verdict, record, verify, verify_span
from service.audit.events import AuditEventName

__all__ = ["GENESIS", "AuditEventName", "Verdict", "record", "verify", "verify_span"]
