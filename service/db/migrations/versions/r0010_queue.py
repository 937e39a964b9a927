"""Bodies, deadlines and who is in charge; indexes for the queue; the index of text search.

Meetings that are there already are found by ``gijiyoshi search rebuild``.
"""

import sqlalchemy as sa
from alembic import op

from minutes.folding import fold_key

revision = "r0010_queue"
down_revision = "r0005_proposals"
branch_labels = None
depends_on = None

# A column with its foreign key in one statement, which SQLite can add without rebuilding the table.
_COLUMNS = (
    "body_id VARCHAR(36) CONSTRAINT fk_meeting_body_id_body REFERENCES body (id)",
    "assignee_id VARCHAR(36) CONSTRAINT fk_meeting_assignee_id_account REFERENCES account (id)",
    "draft_due DATE",
    "publication_due DATE",
    "title_key VARCHAR(400) DEFAULT '' NOT NULL",
    "waits_for VARCHAR(30)",
)
_DUE_KEY = (
    "CASE WHEN state IN ('承認済', '登録済', '差替済', '取消') THEN '9999-12-31' "
    "WHEN state = '承認待ち' THEN coalesce(publication_due, '9999-12-31') "
    "ELSE coalesce(draft_due, publication_due, '9999-12-31') END"
)
_HANDS = ["created_by", "last_editor_id", "submitted_by", "waits_for"]
_FILTERED = ["department_id", "body_id", "assignee_id", "due_key", "title_key"]
_INDEXES = {
    "ix_meeting_count": ["department_id", "state", "due_key"],
    "ix_meeting_state": ["state", *_FILTERED, "id", *_HANDS],
    "ix_meeting_newest": ["id", "state", *_FILTERED, *_HANDS],
    "ix_meeting_due": ["due_key", "id", "state", "department_id", "body_id", "assignee_id", "title_key", *_HANDS],
    "ix_meeting_held": ["starts_at", "id", "state", *_FILTERED, *_HANDS],
    "ix_meeting_updated": ["updated_at", "id", "state", *_FILTERED, *_HANDS],
}

# Single characters and pairs, so that a query of one or two characters is one entry of the index.
_GRAMS = """
CREATE FUNCTION search_grams(key text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_agg(DISTINCT gram) FROM (
    SELECT unnest(ARRAY[c, c || lead(c) OVER (ORDER BY n)]) AS gram
    FROM unnest(string_to_array(key, NULL)) WITH ORDINALITY AS letters (c, n)
  ) AS grams WHERE gram IS NOT NULL
$$
"""


def upgrade() -> None:
    op.create_table(
        "body",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("department_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("profile", sa.String(length=100), nullable=False),
        sa.Column("model", sa.String(length=100), nullable=True),
        sa.Column("draft_days", sa.Integer(), nullable=True),
        sa.Column("publication_days", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_body_department_id_department")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_body")),
        sa.UniqueConstraint("department_id", "name", name=op.f("uq_body_department_id")),
    )
    for column in _COLUMNS:
        op.execute(f"ALTER TABLE meeting ADD COLUMN {column}")
    postgresql = op.get_bind().dialect.name == "postgresql"
    # SQLite adds only computed columns that are not stored, PostgreSQL before 18 has only stored ones.
    kind = "STORED" if postgresql else "VIRTUAL"
    op.execute(f"ALTER TABLE meeting ADD COLUMN due_key DATE GENERATED ALWAYS AS ({_DUE_KEY}) {kind}")
    _fold_titles()
    op.execute("UPDATE meeting SET waits_for = '承認者' WHERE state = '承認待ち'")
    op.drop_index("ix_meeting_queue", "meeting")
    for name, columns in _INDEXES.items():
        op.create_index(name, "meeting", columns)
    op.create_table(
        "indexed_meeting",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_indexed_meeting_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_indexed_meeting")),
        sa.UniqueConstraint("meeting_id", name=op.f("uq_indexed_meeting_meeting_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "passage",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("place", sa.String(length=20), nullable=False),
        sa.Column("speaker", sa.String(length=500), nullable=True),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage")),
    )
    if postgresql:
        op.execute(_GRAMS)
        op.execute(
            "CREATE TABLE search_key (passage_id BIGINT PRIMARY KEY REFERENCES passage (id) ON DELETE CASCADE, "
            "department_id VARCHAR(36) NOT NULL, closed BOOLEAN NOT NULL, key TEXT NOT NULL)"
        )
        op.execute("CREATE INDEX ix_search_key_grams ON search_key USING gin (search_grams(key))")
    else:
        op.execute("CREATE VIRTUAL TABLE search_text USING fts5 (pairs, singles, scope, content='', tokenize='ascii')")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TABLE search_key")
        op.execute("DROP FUNCTION search_grams(text)")
    else:
        op.execute("DROP TABLE search_text")
    op.drop_table("passage")
    op.drop_table("indexed_meeting")
    for name in _INDEXES:
        op.drop_index(name, "meeting")
    op.create_index("ix_meeting_queue", "meeting", ["department_id", "state", "id"])
    for column in ("due_key", "waits_for", "title_key", "publication_due", "draft_due", "assignee_id", "body_id"):
        op.drop_column("meeting", column)
    op.drop_table("body")


def _fold_titles() -> None:
    meeting = sa.table("meeting", sa.column("id"), sa.column("title"), sa.column("title_key"))
    connection = op.get_bind()
    for row in connection.execute(sa.select(meeting.c.id, meeting.c.title)).all():
        key = fold_key(row.title)[:400]
        connection.execute(sa.update(meeting).where(meeting.c.id == row.id).values(title_key=key))
