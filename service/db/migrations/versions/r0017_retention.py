"""The chain of a body; how long its transcripts are kept, holds, and what was disposed of."""

import sqlalchemy as sa
from alembic import op

revision = "r0017_retention"
down_revision = "r0016_profiles"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("body", sa.Column("chain", sa.String(length=60), nullable=True)),
    ("body", sa.Column("keep_days", sa.Integer(), nullable=True)),
    ("meeting", sa.Column("hold_reason", sa.Text(), nullable=True)),
    ("meeting", sa.Column("disposed_at", sa.DateTime(timezone=True), nullable=True)),
    ("draft_version", sa.Column("kept_sha256", sa.String(length=64), nullable=True)),
)


def upgrade() -> None:
    for table, column in _COLUMNS:
        op.add_column(table, column)


def downgrade() -> None:
    for table, column in reversed(_COLUMNS):
        op.drop_column(table, column.name)
