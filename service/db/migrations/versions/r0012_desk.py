"""The review desk: which version one restores, a department's dictionary."""

import sqlalchemy as sa
from alembic import op

revision = "r0012_desk"
down_revision = "r0011_people"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("draft_version", sa.Column("restores", sa.Integer(), nullable=True))
    op.create_table(
        "house_word",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("department_id", sa.String(length=36), nullable=False),
        sa.Column("wrong", sa.String(length=100), nullable=False),
        sa.Column("right", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_house_word_created_by_account")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_house_word_department_id_department")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_house_word")),
        sa.UniqueConstraint("department_id", "wrong", name=op.f("uq_house_word_department_id")),
    )


def downgrade() -> None:
    op.drop_table("house_word")
    with op.batch_alter_table("draft_version") as batch:
        batch.drop_column("restores")
