"""Tries to sign in, counted for all API processes together."""

import sqlalchemy as sa
from alembic import op

revision = "r0003_sign_in_tries"
down_revision = "r0002_audit_append_only"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_in_try",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_try")),
    )
    op.create_index("ix_sign_in_try_key", "sign_in_try", ["key", "tried_at"])
    op.create_index(op.f("ix_sign_in_try_tried_at"), "sign_in_try", ["tried_at"])


def downgrade() -> None:
    op.drop_table("sign_in_try")
