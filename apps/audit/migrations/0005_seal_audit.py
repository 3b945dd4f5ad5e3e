"""How audit rows are sealed: the one function that writes seals, run by the application with the owner's rights.

A batch holds the transactions below the oldest one still running: none of them can appear late, so nobody who writes
ever waits for the sealer. Its root is the hash over the hashes of its rows in order, its own hash holds the hash of
the seal before. What a row's hash is made of stands in `audit_row_text`; twins: `apps/audit/outside/verify.py`.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION audit_row_text(event audit_auditevent) RETURNS text LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_array(
        event.id, to_char(event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), event.actor_id, event.action,
        event.target_label, event.target_id, event.office_path, event.detail, event.request_id, event.xid
    )::text
$$;

CREATE FUNCTION audit_seal_text(seal audit_auditseal) RETURNS text LANGUAGE sql IMMUTABLE
SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_array(
        seal.number, seal.epoch, seal.cluster, seal.after_id, seal.from_xid, seal.until_xid, seal.rows, seal.root,
        seal.previous
    )::text
$$;

CREATE FUNCTION audit_hash(content text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(sha256(convert_to(content, 'UTF8')), 'hex')
$$;

CREATE FUNCTION audit_add_seal(seal audit_auditseal) RETURNS audit_auditseal LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE last audit_auditseal;
BEGIN
    SELECT * INTO last FROM audit_auditseal ORDER BY number DESC LIMIT 1;
    seal.number := coalesce(last.number, 0) + 1;
    seal.previous := coalesce(last.hash, '');
    SELECT count(*), audit_hash(coalesce(string_agg(audit_hash(audit_row_text(event)), '' ORDER BY event.xid, event.id), ''))
        INTO seal.rows, seal.root
        FROM audit_auditevent event
        WHERE event.id > seal.after_id AND event.xid >= seal.from_xid AND event.xid < seal.until_xid;
    seal.hash := audit_hash(audit_seal_text(seal));
    seal.sealed_at := clock_timestamp();
    INSERT INTO audit_auditseal SELECT seal.*;
    RETURN seal;
END $$;

CREATE FUNCTION seal_audit() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    last audit_auditseal;
    next audit_auditseal;
    here text := (SELECT system_identifier::text FROM pg_control_system());
    horizon bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7012, 0);
    SELECT * INTO last FROM audit_auditseal ORDER BY number DESC LIMIT 1;
    IF last.number IS NULL THEN
        next.epoch := 1; next.after_id := 0; next.from_xid := 0; next.cluster := here;
    ELSIF last.cluster = here THEN
        next := last; next.from_xid := last.until_xid;
    ELSE
        -- A restored back-up: what came with it and had no seal yet is closed, and a new epoch begins.
        next := last; next.from_xid := last.until_xid;
        SELECT max(xid) + 1 INTO next.until_xid FROM audit_auditevent
            WHERE id > last.after_id AND xid >= last.until_xid;
        IF next.until_xid IS NOT NULL THEN PERFORM audit_add_seal(next); END IF;
        next.epoch := last.epoch + 1; next.cluster := here; next.from_xid := 0; next.until_xid := 0;
        SELECT coalesce(max(id), 0) INTO next.after_id FROM audit_auditevent;
        next := audit_add_seal(next);
    END IF;
    horizon := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
    IF NOT EXISTS (
        SELECT FROM audit_auditevent WHERE id > next.after_id AND xid >= next.from_xid AND xid < horizon
    ) THEN RETURN 0; END IF;
    next.until_xid := horizon;
    next := audit_add_seal(next);
    RETURN next.rows;
END $$;

CREATE TRIGGER audit_seals_stay BEFORE UPDATE OR DELETE ON audit_auditseal
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_seal_table_stays BEFORE TRUNCATE ON audit_auditseal
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
"""

GONE = """
DROP TRIGGER audit_seal_table_stays ON audit_auditseal;
DROP TRIGGER audit_seals_stay ON audit_auditseal;
DROP FUNCTION seal_audit();
DROP FUNCTION audit_add_seal(audit_auditseal);
DROP FUNCTION audit_hash(text);
DROP FUNCTION audit_seal_text(audit_auditseal);
DROP FUNCTION audit_row_text(audit_auditevent);
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_seals")]

    operations = [migrations.RunSQL(FUNCTIONS, GONE)]
