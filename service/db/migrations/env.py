"""Run by alembic. The caller (``service.db.migrate``) hands over an open connection."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from service.db.base import Base, UtcDateTime
from service.db.compressed import CompressedText

connection: Connection = context.config.attributes["connection"]


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Revisions name plain types: they must not change their meaning when the program's types do."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return "sa.LargeBinary()" if kind == "type" and isinstance(item, CompressedText) else False


context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    compare_server_default=True,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
