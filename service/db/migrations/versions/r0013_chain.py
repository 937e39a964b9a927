"""The approval chain: sign-offs, deputies, speakers asked, notices and deliveries; corrections point both ways."""

import sqlalchemy as sa
from alembic import op

revision = "r0013_chain"
down_revision = "r0012_desk"
branch_labels = None
depends_on = None

_SENTENCE = "sign_off is append-only"


def _append_only() -> None:
    """As for the audit log: a guard against mistakes, and against whoever holds an application session only."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION sign_off_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_SENTENCE}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER sign_off_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON sign_off "
            "FOR EACH STATEMENT EXECUTE FUNCTION sign_off_refuse()"
        )
        return
    for action in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER sign_off_no_{action.lower()} BEFORE {action} ON sign_off "
            f"BEGIN SELECT RAISE(ABORT, '{_SENTENCE}'); END"
        )


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    op.create_table(
        "delegation",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("deputy_id", sa.String(length=36), nullable=False),
        sa.Column("department_id", sa.String(length=36), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_delegation_account_id_account")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_delegation_department_id_department")
        ),
        sa.ForeignKeyConstraint(["deputy_id"], ["account.id"], name=op.f("fk_delegation_deputy_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
    )
    op.create_index(op.f("ix_delegation_account_id"), "delegation", ["account_id"], unique=False)
    op.create_index(op.f("ix_delegation_deputy_id"), "delegation", ["deputy_id"], unique=False)

    op.create_table(
        "mail_choice",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_mail_choice_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_mail_choice")),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("meeting_id", sa.String(length=36), nullable=False),
        sa.Column("step_name", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_notice_account_id_account")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_notice_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_notice_account_id")),
    )
    op.create_index("ix_notice_unread", "notice", ["account_id", "read_at"], unique=False)
    op.create_index("ix_notice_queued_at", "notice", ["queued_at"], unique=False)
    op.create_index(op.f("ix_delivery_queued_at"), "delivery", ["queued_at"], unique=False)

    op.create_table(
        "sign_off",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("meeting_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("step_name", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("to_step", sa.String(length=40), nullable=True),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("on_behalf_of", sa.String(length=36), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sign_off_account_id_account")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_sign_off_meeting_id_meeting")),
        sa.ForeignKeyConstraint(["on_behalf_of"], ["account.id"], name=op.f("fk_sign_off_on_behalf_of_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_off")),
        sa.UniqueConstraint("meeting_id", "number", name=op.f("uq_sign_off_meeting_id")),
    )
    op.create_table(
        "speaker_check",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("meeting_id", sa.String(length=36), nullable=False),
        sa.Column("attendee_id", sa.String(length=100), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_speaker_check_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaker_check")),
        sa.UniqueConstraint("meeting_id", "attendee_id", name=op.f("uq_speaker_check_meeting_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_speaker_check_token_hash")),
    )
    op.create_table(
        "speaker_answer",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("check_id", sa.String(length=36), nullable=False),
        sa.Column("block_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("proposed", sa.Text(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("entered_by", sa.String(length=36), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_sha256", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["check_id"], ["speaker_check.id"], name=op.f("fk_speaker_answer_check_id_speaker_check")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_speaker_answer_decided_by_account")),
        sa.ForeignKeyConstraint(["entered_by"], ["account.id"], name=op.f("fk_speaker_answer_entered_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaker_answer")),
    )
    op.create_index(op.f("ix_speaker_answer_check_id"), "speaker_answer", ["check_id"], unique=False)

    op.add_column("meeting", sa.Column("chain", sa.String(length=60), nullable=True))
    op.add_column("meeting", sa.Column("chain_json", sa.Text(), nullable=True))
    op.add_column("meeting", sa.Column("step_due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("meeting", sa.Column("reminded_for", sa.DateTime(timezone=True), nullable=True))
    op.add_column("meeting", sa.Column("corrects", sa.String(length=36), nullable=True))
    op.add_column("meeting", sa.Column("correction_reason", sa.Text(), nullable=True))
    op.add_column("meeting", sa.Column("superseded_by", sa.String(length=36), nullable=True))
    op.create_index(op.f("ix_meeting_step_due_at"), "meeting", ["step_due_at"], unique=False)
    op.create_index(op.f("ix_meeting_corrects"), "meeting", ["corrects"], unique=False)

    _append_only()


def downgrade() -> None:
    op.drop_index(op.f("ix_meeting_step_due_at"), table_name="meeting")
    op.drop_index(op.f("ix_meeting_corrects"), table_name="meeting")
    op.drop_column("meeting", "superseded_by")
    op.drop_column("meeting", "correction_reason")
    op.drop_column("meeting", "corrects")
    op.drop_column("meeting", "reminded_for")
    op.drop_column("meeting", "step_due_at")
    op.drop_column("meeting", "chain_json")
    op.drop_column("meeting", "chain")

    op.drop_index(op.f("ix_speaker_answer_check_id"), table_name="speaker_answer")

    op.drop_table("speaker_answer")
    op.drop_table("speaker_check")
    op.drop_table("sign_off")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION sign_off_refuse()")
    op.drop_index(op.f("ix_delivery_queued_at"), table_name="delivery")
    op.drop_index("ix_notice_queued_at", table_name="notice")
    op.drop_index("ix_notice_unread", table_name="notice")

    op.drop_table("notice")
    op.drop_table("mail_choice")
    op.drop_index(op.f("ix_delegation_deputy_id"), table_name="delegation")
    op.drop_index(op.f("ix_delegation_account_id"), table_name="delegation")

    op.drop_table("delegation")
    op.drop_table("delivery")
