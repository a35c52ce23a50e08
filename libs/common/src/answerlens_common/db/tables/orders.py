"""People, their orders, and each day an order is measured."""

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from answerlens_common.contracts.notices import NoticeKind
from answerlens_common.contracts.roles import Role
from answerlens_common.contracts.statuses import EngineStatus, MeasurementStatus, OrderStatus, Severity
from answerlens_common.db.tables.base import KEYWORD, NAME, checked, created, identity, metadata, needed, when

users = Table(
    "users",
    metadata,
    Column("id", Uuid, primary_key=True, server_default=func.gen_random_uuid()),
    Column("name", NAME, nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    Column("key_sha256", String(64), nullable=False, unique=True),
    needed("revoked", Boolean, "false"),
    created(),
    checked("role", Role),
)

orders = Table(
    "orders",
    metadata,
    Column("id", Uuid, primary_key=True, server_default=func.gen_random_uuid()),
    Column("user_id", Uuid, ForeignKey("users.id"), nullable=False),
    needed("keyword", KEYWORD),
    needed("brand_name", String(255)),
    needed("brand", JSONB),
    needed("competitors", JSONB, "'[]'"),
    needed("engines", ARRAY(Text)),
    needed("priority", SmallInteger, "5"),
    needed("status", String(20), "'queued'"),
    needed("live", Boolean, "true"),
    needed("track_days", Integer, "7"),
    needed("first_date", Date),
    Column("run_id", Uuid),
    Column("last_error", Text),
    Column("error_code", String(40)),
    needed("retry_count", Integer, "0"),
    needed("is_cached", Boolean, "false"),
    Column("idempotency_key", String(255)),
    Column("request_sha256", String(64)),
    created(),
    when("completed_at"),
    checked("status", OrderStatus),
    UniqueConstraint("user_id", "idempotency_key"),
    Index("ix_orders_user_id_created_at", "user_id", text("created_at DESC"), text("id DESC")),
    Index("ix_orders_user_id_status_created_at", "user_id", "status", text("created_at DESC"), text("id DESC")),
    Index("ix_orders_status_created_at", "status", text("created_at DESC"), text("id DESC")),
    Index("ix_orders_keyword_created_at", "keyword", text("created_at DESC"), text("id DESC")),
    Index("ix_orders_created_at", text("created_at DESC"), text("id DESC")),
    Index("ix_orders_keyword_live", "keyword", "live"),
    Index("ix_orders_live", "keyword", postgresql_where=text("live")),
)

measurement = Table(
    "measurement",
    metadata,
    Column("order_id", Uuid, ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True),
    Column("date", Date, primary_key=True),
    needed("keyword", KEYWORD),
    needed("status", String(20), "'queued'"),
    needed("is_cached", Boolean, "false"),
    Column("last_error", Text),
    Column("error_code", String(40)),
    # why it is measured, or analysed again, as its next report will say; and the newest version of its report
    needed("why", String(20), "'measured'"),
    needed("report_version", Integer, "0"),
    # it has ended before, and its kept answers are being analysed anew: it still runs, and cannot be cancelled
    needed("reanalysing", Boolean, "false"),
    created(),
    when("completed_at"),
    checked("status", MeasurementStatus),
    CheckConstraint("NOT reanalysing OR status = 'running'", name="reanalysing"),
    Index("ix_measurement_keyword_date", "keyword", "date"),
    Index("ix_measurement_open", "keyword", "date", postgresql_where=text("status IN ('queued', 'running')")),
    Index(
        "ix_measurement_unreported",
        "order_id",
        "date",
        postgresql_where=text("report_version = 0 AND status IN ('completed', 'failed')"),
    ),
    Index("ix_measurement_withdrawn", "date", postgresql_where=text("status = 'withdrawn'")),
)

measurement_engine = Table(
    "measurement_engine",
    metadata,
    Column("order_id", Uuid, primary_key=True),
    Column("date", Date, primary_key=True),
    Column("engine", NAME, primary_key=True),
    needed("status", String(20), "'pending'"),
    Column("last_error", Text),
    Column("error_stage", String(40)),
    Column("error_code", String(40)),
    when("completed_at"),
    checked("status", EngineStatus),
    Index("ix_measurement_engine_date_engine", "date", "engine"),
    Index("ix_measurement_engine_pending", "order_id", "date", postgresql_where=text("status = 'pending'")),
)

notification = Table(
    "notification",
    metadata,
    identity(),
    Column("user_id", Uuid, ForeignKey("users.id"), nullable=False),
    Column("order_id", Uuid),
    # of notices from before they had a kind
    Column("message", Text),
    Column("kind", String(40)),
    Column("params", JSONB),
    needed("severity", String(20), "'info'"),
    needed("read", Boolean, "false"),
    created(),
    checked("severity", Severity),
    checked("kind", NoticeKind),
    CheckConstraint("message IS NOT NULL OR (kind IS NOT NULL AND params IS NOT NULL)", name="says"),
    Index("ix_notification_user_id_read_id", "user_id", "read", text("id DESC")),
)

engine = Table(
    "engine",
    metadata,
    Column("name", NAME, primary_key=True),
    needed("kind", String(20)),
    needed("surface", String(20)),
    needed("enabled", Boolean, "true"),
    needed("replicates", SmallInteger, "1"),
    needed("profile", JSONB),
    Column("origin", JSONB),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
