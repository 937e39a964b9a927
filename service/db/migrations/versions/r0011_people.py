"""People who sign in at an identity provider, what their sessions look like, and when sessions and tokens were used."""

import sqlalchemy as sa
from alembic import op

revision = "r0011_people"
down_revision = "r0010_queue"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "claimed_grant",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("department_id", sa.String(length=36), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_claimed_grant_account_id_account")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_claimed_grant_department_id_department")
        ),
        sa.PrimaryKeyConstraint("account_id", "department_id", "role", name=op.f("pk_claimed_grant")),
    )
    op.create_table(
        "federated_identity",
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_federated_identity_account_id_account")),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_federated_identity")),
    )
    op.create_index(op.f("ix_federated_identity_account_id"), "federated_identity", ["account_id"])
    op.create_table(
        "federated_try",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=False),
        sa.Column("next_path", sa.String(length=500), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_federated_try")),
    )
    op.create_index(op.f("ix_federated_try_expires_at"), "federated_try", ["expires_at"])
    op.add_column("api_token", sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))
    # Counts of the last 15 minutes: they need not outlive the change.
    op.execute("DELETE FROM sign_in_try")
    with op.batch_alter_table("sign_in_try") as table:
        table.add_column(sa.Column("account_id", sa.String(length=36), nullable=True))
        table.create_foreign_key(op.f("fk_sign_in_try_account_id_account"), "account", ["account_id"], ["id"])
        table.create_index(op.f("ix_sign_in_try_account_id"), ["account_id"])
    with op.batch_alter_table("sign_in") as table:
        table.add_column(sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("federated", sa.Boolean(), nullable=True))
        table.add_column(sa.Column("address", sa.String(length=60), nullable=True))
        table.add_column(sa.Column("browser", sa.String(length=60), nullable=True))
    op.execute("UPDATE sign_in SET last_used_at = created_at, federated = false, address = '', browser = ''")
    with op.batch_alter_table("sign_in") as table:
        for name in ("last_used_at", "federated", "address", "browser"):
            table.alter_column(name, nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("sign_in") as table:
        for name in ("browser", "address", "federated", "last_used_at"):
            table.drop_column(name)
    with op.batch_alter_table("sign_in_try") as table:
        table.drop_index(op.f("ix_sign_in_try_account_id"))
        table.drop_constraint(op.f("fk_sign_in_try_account_id_account"), type_="foreignkey")
        table.drop_column("account_id")
    op.drop_column("api_token", "last_used_at")
    op.drop_table("federated_try")
    op.drop_table("federated_identity")
    op.drop_table("claimed_grant")
