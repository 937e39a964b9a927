"""The review desk: which version one restores, a department's dictionary, comments on sentences."""

import sqlalchemy as sa
from alembic import op

revision = "r0012_desk"
down_revision = "r0005_proposals"
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
    op.create_table(
        "draft_comment",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("meeting_id", sa.String(length=36), nullable=False),
        sa.Column("sentence_id", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_by", sa.String(length=36), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_draft_comment_created_by_account")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_draft_comment_meeting_id_meeting")),
        sa.ForeignKeyConstraint(["resolved_by"], ["account.id"], name=op.f("fk_draft_comment_resolved_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_comment")),
    )
    op.create_index(op.f("ix_draft_comment_meeting_id"), "draft_comment", ["meeting_id"])
    op.create_table(
        "comment_mention",
        sa.Column("comment_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_comment_mention_account_id_account")),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["draft_comment.id"], name=op.f("fk_comment_mention_comment_id_draft_comment")
        ),
        sa.PrimaryKeyConstraint("comment_id", "account_id", name=op.f("pk_comment_mention")),
    )
    op.create_index(op.f("ix_comment_mention_account_id"), "comment_mention", ["account_id"])


def downgrade() -> None:
    op.drop_table("comment_mention")
    op.drop_table("draft_comment")
    op.drop_table("house_word")
    with op.batch_alter_table("draft_version") as batch:
        batch.drop_column("restores")
