"""House styles that people made, one row per revision, only ever added."""

import sqlalchemy as sa
from alembic import op

revision = "r0016_profiles"
down_revision = "r0015_comments"
branch_labels = None
depends_on = None

_SENTENCE = "profile_revision is append-only"


def _append_only() -> None:
    """A draft names its revision: a changed row would change what drafts and approved texts are printed with."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION profile_revision_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_SENTENCE}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER profile_revision_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON profile_revision "
            "FOR EACH STATEMENT EXECUTE FUNCTION profile_revision_refuse()"
        )
        return
    for action in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER profile_revision_no_{action.lower()} BEFORE {action} ON profile_revision "
            f"BEGIN SELECT RAISE(ABORT, '{_SENTENCE}'); END"
        )


def upgrade() -> None:
    op.create_table(
        "profile_revision",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("profile_id", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.String(length=36), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_profile_revision_created_by_account")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_profile_revision_department_id_department")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_revision")),
        sa.UniqueConstraint("profile_id", "revision", name=op.f("uq_profile_revision_profile_id")),
    )
    _append_only()


def downgrade() -> None:
    op.drop_table("profile_revision")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION profile_revision_refuse()")
