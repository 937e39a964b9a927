"""Which column of a table holds what, kept with the meeting so that a rerun reads it the same way."""

import sqlalchemy as sa
from alembic import op

revision = "r0004_transcript_columns"
down_revision = "r0003_sign_in_tries"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("meeting", sa.Column("transcript_columns", sa.String(length=500), nullable=True))


def downgrade() -> None:
    op.drop_column("meeting", "transcript_columns")
