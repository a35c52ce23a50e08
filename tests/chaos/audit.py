"""Triggers that take down what rows forget: every change of a status, who wrote under which claim, who led when.

The functions run with the rights of the one who installs them: a service's role may not write what is noted of it.

A process is known by its connections' name, "collector:4711". The claim that a result was written under is the one that
the writing transaction has locked, as `Lease.write` does when it compares the token: nobody can take it over before the
transaction ends. A transaction that has locked none compared nothing. A result is stale when there is no such claim, or
when another process than the writer took it last.

A collector closes a collection that is past its time limit under no claim: such a write is known by that limit.

What is not seen: a transaction does not say with which token it came. If the comparison itself were broken, a stale
write would be noticed only when its successor is another process.
"""

import asyncpg

from answerlens_common.contracts.statuses import (
    BankStatus,
    ClaimStatus,
    CollectionStatus,
    DiagnosisStatus,
    EngineStatus,
    MeasurementStatus,
    OrderStatus,
    SubjectStatus,
    TaskStatus,
)

# The tables whose rows go from status to status, and by which rules.
MACHINES = {
    "orders": OrderStatus,
    "measurement": MeasurementStatus,
    "measurement_engine": EngineStatus,
    "bank": BankStatus,
    "collection": CollectionStatus,
    "collection_subject": SubjectStatus,
    "diagnosis": DiagnosisStatus,
    "claim": ClaimStatus,
    "task_log": TaskStatus,
}

STATEMENTS = """
CREATE TABLE audit_status (
    id bigint GENERATED ALWAYS AS IDENTITY, of text NOT NULL, before text, after text NOT NULL
);
CREATE FUNCTION audit_status() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    it jsonb := to_jsonb(NEW);
    name text := COALESCE(it->>'id', (it->>'order_id') || ' on ' || (it->>'date'));
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO audit_status (of, after) VALUES (name, NEW.status);
    ELSIF NEW.status <> OLD.status THEN
        INSERT INTO audit_status (of, before, after) VALUES (name, OLD.status, NEW.status);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OF status ON orders FOR EACH ROW EXECUTE FUNCTION audit_status();
CREATE TRIGGER audit AFTER INSERT OR UPDATE OF status ON measurement FOR EACH ROW EXECUTE FUNCTION audit_status();

CREATE TABLE audit_diagnosis (
    id bigint GENERATED ALWAYS AS IDENTITY, of text NOT NULL, after text NOT NULL
);
CREATE FUNCTION audit_diagnosis() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.status <> OLD.status THEN
        INSERT INTO audit_diagnosis (of, after) VALUES (NEW.id, NEW.status);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OF status ON diagnosis FOR EACH ROW EXECUTE FUNCTION audit_diagnosis();

CREATE TABLE audit_step (relation text NOT NULL, before text NOT NULL, after text NOT NULL);
CREATE FUNCTION audit_step() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO audit_step VALUES (TG_TABLE_NAME, OLD.status, NEW.status);
    RETURN NULL;
END $$;

CREATE TABLE audit_taken (
    claim_id bigint NOT NULL, before bigint, token bigint NOT NULL, process text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE FUNCTION audit_taken() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO audit_taken (claim_id, token, process)
        VALUES (NEW.id, NEW.token, current_setting('application_name'));
    ELSIF NEW.token <> OLD.token THEN
        INSERT INTO audit_taken (claim_id, before, token, process)
        VALUES (NEW.id, OLD.token, NEW.token, current_setting('application_name'));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER audit AFTER INSERT OR UPDATE ON claim FOR EACH ROW EXECUTE FUNCTION audit_taken();

CREATE TABLE audit_failed (
    stage text NOT NULL, scope text NOT NULL, item text NOT NULL, message text NOT NULL
);
CREATE FUNCTION audit_failed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO audit_failed VALUES (NEW.stage, NEW.scope, NEW.item, COALESCE(NEW.holder, ''));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_failed AFTER UPDATE ON claim FOR EACH ROW WHEN (NEW.status = 'failed')
    EXECUTE FUNCTION audit_failed();

CREATE TABLE audit_write (
    id bigint GENERATED ALWAYS AS IDENTITY, relation text NOT NULL, keyword text NOT NULL, item text NOT NULL,
    writer text NOT NULL, holder text
);
-- The arguments are the stages that may write; a row tells its work only in part.
CREATE FUNCTION audit_write() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    it jsonb := to_jsonb(NEW);
    word text := COALESCE(it->>'keyword', it->>'keyword_name');
    day date := COALESCE(it->>'answer_date', it->>'search_date', it->>'date');
    site text := NULLIF(it->>'engine', 'overall');
    own text := 'collection:'
        || COALESCE(it->>'collection_id', CASE TG_TABLE_NAME WHEN 'collection' THEN it->>'id' END);
    part text := (it->>'number') || '#' || (it->>'replicate');
    holding text;
BEGIN
    SELECT taken.process INTO holding
    FROM claim JOIN audit_taken taken ON taken.claim_id = claim.id AND taken.token = claim.token
    WHERE claim.stage = ANY (TG_ARGV) AND claim.xmax = pg_current_xact_id()::xid
        -- a collection's own rows are written under its own scope from the plan on
        AND CASE WHEN claim.scope LIKE 'collection:%' AND own IS NOT NULL THEN claim.scope = own
            ELSE claim.keyword IS NOT DISTINCT FROM COALESCE(word, claim.keyword) END
        -- what an earlier day's analysis changes in those after it is its own
        AND (day IS NULL OR claim.date = day OR TG_TABLE_NAME = 'mention_percentage' AND claim.date < day)
        AND (claim.engine = '' OR claim.engine = COALESCE(site, claim.engine))
        AND (claim.item = '' OR claim.item = COALESCE(part, claim.item));
    -- a row of a partition is written by the partition's name
    IF holding IS NULL AND current_setting('application_name') LIKE 'collector:%'
        AND (TG_TABLE_NAME LIKE '%ai_answer' AND it->>'status' IN ('failed', 'not_asked')
            OR TG_TABLE_NAME = 'collection')
        AND EXISTS (SELECT FROM collection c WHERE 'collection:' || c.id = own
            AND (c.asked_at < clock_timestamp() - interval '1 hour'
                OR c.taken_up_at < clock_timestamp() - interval '1 day'
                OR EXISTS (SELECT FROM collection newer WHERE newer.keyword = c.keyword AND newer.engine = c.engine
                    AND newer.date > c.date AND newer.created_at > c.taken_up_at)))
    THEN
        holding := current_setting('application_name');
    END IF;
    INSERT INTO audit_write (relation, keyword, item, writer, holder)
    VALUES (TG_TABLE_NAME, COALESCE(word, it->>'order_id', it->>'brand_name', ''),
        COALESCE(part, it->>'question_id', site, ''), current_setting('application_name'), holding);
    RETURN NULL;
END $$;
CREATE TRIGGER audit AFTER INSERT ON zhihu_question FOR EACH ROW EXECUTE FUNCTION audit_write('search');
CREATE TRIGGER audit AFTER INSERT OR UPDATE ON bank FOR EACH ROW WHEN (NEW.status <> 'dropped')
    EXECUTE FUNCTION audit_write('bank');
CREATE TRIGGER audit AFTER INSERT ON question_bank FOR EACH ROW EXECUTE FUNCTION audit_write('bank');
CREATE TRIGGER audit AFTER UPDATE OF bank_stale ON keyword_day FOR EACH ROW WHEN (NEW.bank_stale)
    EXECUTE FUNCTION audit_write('search', 'bank');
CREATE TRIGGER audit AFTER INSERT ON ai_answer FOR EACH ROW EXECUTE FUNCTION audit_write('ask');
CREATE TRIGGER audit AFTER INSERT ON question_score FOR EACH ROW EXECUTE FUNCTION audit_write('score');
CREATE TRIGGER audit AFTER INSERT OR UPDATE ON mention_percentage FOR EACH ROW
    EXECUTE FUNCTION audit_write('analyse', 'sentiment');
CREATE TRIGGER audit AFTER INSERT OR UPDATE ON measurement_outcome FOR EACH ROW
    EXECUTE FUNCTION audit_write('analyse', 'sentiment');
CREATE TRIGGER audit AFTER INSERT OR UPDATE ON subject_outcome FOR EACH ROW EXECUTE FUNCTION audit_write('analyse');
CREATE TRIGGER audit AFTER INSERT OR UPDATE ON subject_rate FOR EACH ROW EXECUTE FUNCTION audit_write('analyse');
CREATE TRIGGER audit AFTER INSERT ON answer_sentiment FOR EACH ROW EXECUTE FUNCTION audit_write('sentiment');
-- A run is paused under its own lock: by whoever finds that nobody wants it any more, with no claim on it.
-- A client's own is opened in the transaction of its diagnosis, and was never planned.
CREATE TRIGGER audit_opened AFTER INSERT ON collection FOR EACH ROW WHEN (NEW.purpose = 'keyword_day')
    EXECUTE FUNCTION audit_write('plan');
CREATE TRIGGER audit_taken_up AFTER UPDATE OF status ON collection FOR EACH ROW
    WHEN (NEW.status = 'collecting' AND OLD.status IN ('collecting', 'paused')) EXECUTE FUNCTION audit_write('plan');
CREATE TRIGGER audit_ended AFTER UPDATE OF status ON collection FOR EACH ROW
    WHEN (NEW.status IN ('collected', 'failed')) EXECUTE FUNCTION audit_write('ask');
CREATE TRIGGER audit_scored AFTER UPDATE OF status ON collection FOR EACH ROW
    WHEN (NEW.status = 'scored') EXECUTE FUNCTION audit_write('score');

CREATE TABLE audit_slot (
    id bigint GENERATED ALWAYS AS IDENTITY, job text NOT NULL, slot text NOT NULL, status text NOT NULL,
    token bigint NOT NULL, leader_token bigint
);
CREATE FUNCTION audit_slot() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO audit_slot (job, slot, status, token, leader_token)
    VALUES (NEW.job, NEW.slot, NEW.status, NEW.fencing_token, (SELECT token FROM leader));
    RETURN NULL;
END $$;
CREATE TRIGGER audit AFTER INSERT ON job_slot FOR EACH ROW EXECUTE FUNCTION audit_slot();

CREATE TABLE audit_lead (token bigint NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE FUNCTION audit_lead() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO audit_lead (token) VALUES (NEW.token);
    RETURN NULL;
END $$;
CREATE TRIGGER audit AFTER INSERT OR UPDATE ON leader FOR EACH ROW EXECUTE FUNCTION audit_lead();
"""


async def install(url: str) -> None:
    """Begin to take notes in a migrated database; once."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(STATEMENTS)
        for table in MACHINES:
            await connection.execute(
                f"CREATE TRIGGER audit_step AFTER UPDATE OF status ON {table} FOR EACH ROW"
                " WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION audit_step()"
            )
    finally:
        await connection.close()
