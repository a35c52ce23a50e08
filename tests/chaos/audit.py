"""Triggers that take down what rows forget: every status an order had, and who wrote under which claim."""

import asyncpg

# A process is known by its connections' name, "collector:4711". A result is stale when the process that wrote it is
# not the one that last took the claim on that work.
STATEMENTS = """
CREATE TABLE audit_status (
    id bigint GENERATED ALWAYS AS IDENTITY, of text NOT NULL, before text, after text NOT NULL
);
CREATE FUNCTION audit_status() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE TABLE audit_taken (
    claim_id bigint NOT NULL, before bigint, token bigint NOT NULL, process text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE FUNCTION audit_taken() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE TABLE audit_write (
    id bigint GENERATED ALWAYS AS IDENTITY, relation text NOT NULL, keyword text NOT NULL, item text NOT NULL,
    writer text NOT NULL, holder text
);
CREATE FUNCTION audit_write() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    it jsonb := to_jsonb(NEW);
    day date := COALESCE(it->>'answer_date', it->>'search_date', it->>'date');
    part text := CASE TG_ARGV[0] WHEN 'ask' THEN (it->>'question_id') || '#' || (it->>'replicate') ELSE '' END;
    holding text;
BEGIN
    SELECT taken.process INTO holding
    FROM claim JOIN audit_taken taken ON taken.claim_id = claim.id AND taken.token = claim.token
    WHERE claim.stage = TG_ARGV[0] AND claim.keyword = COALESCE(it->>'keyword', it->>'keyword_name')
        AND claim.date = day AND claim.item = part
        AND claim.engine = CASE TG_ARGV[0] WHEN 'search' THEN '' ELSE it->>'engine' END;
    INSERT INTO audit_write (relation, keyword, item, writer, holder)
    VALUES (TG_TABLE_NAME, COALESCE(it->>'keyword', it->>'keyword_name'), part,
        current_setting('application_name'), holding);
    RETURN NULL;
END $$;
CREATE TRIGGER audit AFTER INSERT ON zhihu_question FOR EACH ROW EXECUTE FUNCTION audit_write('search');
CREATE TRIGGER audit AFTER INSERT ON ai_answer FOR EACH ROW EXECUTE FUNCTION audit_write('ask');
CREATE TRIGGER audit AFTER INSERT ON question_score FOR EACH ROW EXECUTE FUNCTION audit_write('score');
CREATE TRIGGER audit AFTER INSERT ON mention_percentage FOR EACH ROW WHEN (NEW.engine <> 'overall')
    EXECUTE FUNCTION audit_write('analyse');

CREATE TABLE audit_slot (
    id bigint GENERATED ALWAYS AS IDENTITY, job text NOT NULL, slot text NOT NULL, token bigint NOT NULL
);
CREATE FUNCTION audit_slot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_slot (job, slot, token) VALUES (NEW.job, NEW.slot, NEW.fencing_token);
    RETURN NULL;
END $$;
CREATE TRIGGER audit AFTER INSERT ON job_slot FOR EACH ROW EXECUTE FUNCTION audit_slot();
"""


async def install(url: str) -> None:
    """Begin to take notes in a migrated database; once."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(STATEMENTS)
    finally:
        await connection.close()
