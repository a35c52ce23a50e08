"""What is computed for an order and kept for good."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSON, JSONB

from answerlens_common.contracts.statuses import ReportStatus
from answerlens_common.db.tables.base import KEYWORD, NAME, checked, created, identity, metadata, needed, when

mention_percentage = Table(
    "mention_percentage",
    metadata,
    identity(),
    Column("order_id", Uuid, ForeignKey("orders.id", ondelete="CASCADE"), nullable=False),
    needed("brand_name", String(255)),
    needed("keyword_name", KEYWORD),
    needed("date", Date),
    needed("engine", NAME),
    needed("surface", String(20)),
    needed("rates", JSONB),
    needed("headline", JSONB, "'{}'"),
    needed("degraded", Boolean, "false"),
    needed("versions", JSONB),
    created(),
    UniqueConstraint("order_id", "engine", "date", "surface"),
    Index("ix_mention_percentage_brand_keyword", "brand_name", "keyword_name", text("created_at DESC")),
)

measurement_outcome = Table(
    "measurement_outcome",
    metadata,
    Column("order_id", Uuid, primary_key=True),
    Column("date", Date, primary_key=True),
    Column("engine", NAME, primary_key=True),
    needed("outcomes", JSONB),
    needed("judged", Boolean, "false"),
    created(),
    Index("ix_measurement_outcome_unjudged", "date", "engine", postgresql_where=text("NOT judged")),
)

# What a day's answers were worth by other rules than those it was reported with: a link of the like-for-like series.
outcome_again = Table(
    "outcome_again",
    metadata,
    Column("order_id", Uuid, ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True),
    Column("date", Date, primary_key=True),
    Column("engine", NAME, primary_key=True),
    Column("rules", String(100), primary_key=True),
    needed("outcomes", JSONB),
    created(),
)

# `bodies`: by surface the report's JSON, to the byte as it is served: a column of type json keeps the text. `cause` is
# the date that was analysed again, backdated or withdrawn, where that is another one.
report_version = Table(
    "report_version",
    metadata,
    Column("order_id", Uuid, ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True),
    Column("date", Date, primary_key=True),
    Column("version", Integer, primary_key=True),
    needed("status", String(20)),
    needed("why", String(20)),
    Column("cause", Date),
    needed("bodies", JSON),
    needed("changes", JSONB, "'[]'"),
    created(),
    when("complete_at"),
    checked("status", ReportStatus),
)

# `measured`: the rows of `mention_percentage`, `measurement_outcome` and `outcome_again` that were taken out.
withdrawal = Table(
    "withdrawal",
    metadata,
    identity(),
    Column("order_id", Uuid, ForeignKey("orders.id", ondelete="CASCADE"), nullable=False),
    needed("date", Date),
    needed("reason", Text),
    needed("admin", NAME),
    needed("measured", JSONB),
    created(),
    Index("ix_withdrawal_order_id_date", "order_id", "date"),
)
