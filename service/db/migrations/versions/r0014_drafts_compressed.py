"""Drafts compressed: every pause in typing is a version, and a long meeting's draft has a megabyte.

Written row by row and not in SQL: neither database can compress. About 10 ms for each megabyte of drafts.
"""

import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "r0014_drafts_compressed"
down_revision = "r0013_chain"
branch_labels = None
depends_on = None

_BATCH = 20
"""Rows in memory at once."""


def upgrade() -> None:
    _rewritten(sa.Text(), sa.LargeBinary(), lambda text: zlib.compress(text.encode(), 3))


def downgrade() -> None:
    _rewritten(sa.LargeBinary(), sa.Text(), lambda packed: zlib.decompress(packed).decode())


def _rewritten(old: sa.types.TypeEngine[Any], new: sa.types.TypeEngine[Any], form: Callable[[Any], Any]) -> None:
    op.add_column("draft_version", sa.Column("rewritten", new, nullable=True))
    rows = sa.table(
        "draft_version", sa.column("id", sa.String()), sa.column("document", old), sa.column("rewritten", new)
    )
    connection = op.get_bind()
    # The columns of a statement are named like its parameters unless these are renamed.
    change = sa.update(rows).where(rows.c.id == sa.bindparam("row")).values(rewritten=sa.bindparam("made"))
    for batch in _batches(connection, rows):
        connection.execute(change, [{"row": row, "made": form(document)} for row, document in batch])
    with op.batch_alter_table("draft_version") as table:
        table.drop_column("document")
        table.alter_column("rewritten", new_column_name="document", existing_type=new, nullable=False)


def _batches(connection: sa.Connection, rows: sa.TableClause) -> Iterator[Sequence[Any]]:
    last = ""
    query = sa.select(rows.c.id, rows.c.document).order_by(rows.c.id).limit(_BATCH)
    while batch := connection.execute(query.where(rows.c.id > last)).all():
        yield batch
        last = batch[-1].id
