"""The way into the records: rules of bodies, descriptions, packages, destinations, tries of deliveries, registrations."""

import sqlalchemy as sa
from alembic import op

revision = "r0018_records"
down_revision = "r0017_retention"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def _id(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=36), nullable=nullable)


def _refers(table: str, column: str, to: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.{key}"], name=op.f(f"fk_{table}_{column}_{to}"))


def upgrade() -> None:
    op.create_table(
        "record_rule",
        _id("body_id"),
        sa.Column("classification_csv", sa.Text(), nullable=True),
        sa.Column("retention_csv", sa.Text(), nullable=True),
        sa.Column("presets", sa.JSON(), nullable=False),
        sa.Column("form", sa.LargeBinary(), nullable=True),
        sa.Column("form_name", sa.String(length=300), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        _id("updated_by"),
        sa.Column("updated_at", _MOMENT, nullable=False),
        _refers("record_rule", "body_id", "body"),
        _refers("record_rule", "updated_by", "account"),
        sa.PrimaryKeyConstraint("body_id", name=op.f("pk_record_rule")),
    )
    op.create_table(
        "record_description",
        _id("meeting_id"),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        _id("updated_by"),
        sa.Column("updated_at", _MOMENT, nullable=False),
        _refers("record_description", "meeting_id", "meeting"),
        _refers("record_description", "updated_by", "account"),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_record_description")),
    )
    op.create_table(
        "record_package",
        _id("id"),
        _id("meeting_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("editions", sa.JSON(), nullable=False),
        sa.Column("encoding", sa.String(length=10), nullable=False),
        sa.Column("naming", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        _id("made_by", nullable=True),
        sa.Column("made_at", _MOMENT, nullable=False),
        _refers("record_package", "meeting_id", "meeting"),
        _refers("record_package", "made_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_package")),
        sa.UniqueConstraint("meeting_id", "sha256", name=op.f("uq_record_package_meeting_id")),
    )
    op.create_index(op.f("ix_record_package_meeting_id"), "record_package", ["meeting_id"], unique=False)
    op.create_table(
        "destination",
        _id("id"),
        _id("department_id"),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("config", sa.JSON(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("editions", sa.JSON(), nullable=False),
        sa.Column("encoding", sa.String(length=10), nullable=False),
        sa.Column("naming", sa.String(length=10), nullable=False),
        sa.Column("contents", sa.String(length=10), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("paused_at", _MOMENT, nullable=True),
        sa.Column("checked_at", _MOMENT, nullable=True),
        sa.Column("check_ok", sa.Boolean(), nullable=True),
        sa.Column("check_said", sa.Text(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        _id("created_by"),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        _refers("destination", "department_id", "department"),
        _refers("destination", "created_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destination")),
        sa.UniqueConstraint("department_id", "name", name=op.f("uq_destination_department_id")),
    )
    with op.batch_alter_table("delivery") as table:
        for column, to in (
            ("meeting_id", "meeting"),
            ("destination_id", "destination"),
            ("package_id", "record_package"),
            ("asked_by", "account"),
        ):
            table.add_column(_id(column, nullable=True))
            table.create_foreign_key(op.f(f"fk_delivery_{column}_{to}"), to, [column], ["id"])
        table.add_column(sa.Column("paused_at", _MOMENT, nullable=True))
        table.add_column(sa.Column("cancelled_at", _MOMENT, nullable=True))
        table.add_column(sa.Column("receipt", sa.JSON(), nullable=True))
        table.create_index(op.f("ix_delivery_meeting_id"), ["meeting_id"])
        table.create_index(op.f("ix_delivery_ended"), ["delivered_at", "failed_at", "cancelled_at"])
        table.create_unique_constraint(op.f("uq_delivery_destination_id"), ["destination_id", "package_id"])
    _name_meetings()
    op.create_table(
        "delivery_attempt",
        _id("id"),
        _id("delivery_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("category", sa.String(length=40), nullable=True),
        sa.Column("said", sa.Text(), nullable=True),
        _refers("delivery_attempt", "delivery_id", "delivery"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_attempt")),
        sa.UniqueConstraint("delivery_id", "number", name=op.f("uq_delivery_attempt_delivery_id")),
    )
    op.create_table(
        "registration",
        _id("id"),
        _id("meeting_id"),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("document_number", sa.String(length=300), nullable=False),
        sa.Column("number_key", sa.String(length=300), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(length=300), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        _id("registered_by", nullable=True),
        sa.Column("registered_at", _MOMENT, nullable=False),
        _refers("registration", "meeting_id", "meeting"),
        _refers("registration", "registered_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("meeting_id", "no", name=op.f("uq_registration_meeting_id")),
    )
    op.create_index(op.f("ix_registration_number_key"), "registration", ["number_key"], unique=False)


def _name_meetings() -> None:
    """Which meeting each e-mail and webhook of before is about, so that its department can look it up."""
    delivery = sa.table(
        "delivery", sa.column("id"), sa.column("way"), sa.column("payload", sa.JSON()), sa.column("meeting_id")
    )
    notice = sa.table("notice", sa.column("id"), sa.column("meeting_id"))
    bind = op.get_bind()
    of_notice = {row.id: row.meeting_id for row in bind.execute(sa.select(notice.c.id, notice.c.meeting_id))}
    for row in bind.execute(sa.select(delivery.c.id, delivery.c.way, delivery.c.payload)).all():
        of = of_notice.get(row.payload.get("notice")) if row.way == "mail" else row.payload["data"]["meeting_id"]
        bind.execute(sa.update(delivery).where(delivery.c.id == row.id).values(meeting_id=of))


def downgrade() -> None:
    op.drop_index(op.f("ix_registration_number_key"), table_name="registration")
    op.drop_table("registration")
    op.drop_table("delivery_attempt")
    with op.batch_alter_table("delivery") as table:
        table.drop_constraint(op.f("uq_delivery_destination_id"), type_="unique")
        table.drop_index(op.f("ix_delivery_ended"))
        table.drop_index(op.f("ix_delivery_meeting_id"))
        for column, to in (
            ("asked_by", "account"),
            ("package_id", "record_package"),
            ("destination_id", "destination"),
            ("meeting_id", "meeting"),
        ):
            table.drop_constraint(op.f(f"fk_delivery_{column}_{to}"), type_="foreignkey")
            table.drop_column(column)
        table.drop_column("receipt")
        table.drop_column("cancelled_at")
        table.drop_column("paused_at")
    op.drop_table("destination")
    op.drop_index(op.f("ix_record_package_meeting_id"), table_name="record_package")
    op.drop_table("record_package")
    op.drop_table("record_description")
    op.drop_table("record_rule")
