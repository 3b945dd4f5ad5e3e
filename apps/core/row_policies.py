"""Row policies: which rows about persons the database shows to the application's role in the scope that is set.

Each app says in its `row_policies` module which tables it protects and by what rule; `migrate` puts that in place, as it
does with rights. The owner of the tables is bound by none. Twin of `visible_to` as far as offices, pairs and cases go;
how to protect a new table: docs/how-to/protect-a-table.md.
"""

import hashlib
from dataclasses import dataclass

from django.db.backends.utils import CursorWrapper
from django.db.models import Model

# The parts of the scope, as apps.core.scope writes them. Read once a statement: (SELECT …) is planned as an InitPlan.
# A bare function would be asked for every row, and the OR with one boolean keeps the planner's estimates near those of
# the statement's own conditions, which also find the index (decision 0031 has the figures).
FUNCTIONS = """
CREATE OR REPLACE FUNCTION scope_all() RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    scope text := current_setting('tongxin.scope', true);
BEGIN
    IF scope IS NULL OR scope = '' THEN
        RAISE EXCEPTION 'rows about persons were asked for without a scope'
            USING ERRCODE = 'insufficient_privilege', HINT = 'See docs/decisions/0031-row-policies.md.';
    END IF;
    RETURN scope = 'all';
END $$;
CREATE OR REPLACE FUNCTION scope_part(place integer) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(split_part(current_setting('tongxin.scope', true), ';', place), '')
$$;
CREATE OR REPLACE FUNCTION scope_actor() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CAST(scope_part(2) AS bigint)
$$;
CREATE OR REPLACE FUNCTION scope_members() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CAST(string_to_array(scope_part(3), ',') AS bigint[])
$$;
CREATE OR REPLACE FUNCTION scope_paths(place integer) RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT string_to_array(scope_part(place), ',')
$$;
CREATE OR REPLACE FUNCTION scope_people(path text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT path ^@ ANY (scope_paths(4))
$$;
CREATE OR REPLACE FUNCTION scope_cases(path text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT path ^@ ANY (scope_paths(5))
$$;
"""

ACTOR = "(SELECT scope_actor())"
MEMBERS = "(SELECT scope_members())"


def people_at(path: str = "office_path") -> str:
    """Rows whose office lies in the reach of the scope's people. Same as scope_people(path), for many rows."""
    return f"{path} ^@ ANY ((SELECT scope_paths(4))::text[])"


def cases_at(path: str = "office_path") -> str:
    """Rows whose office lies where the actor reads cases."""
    return f"{path} ^@ ANY ((SELECT scope_paths(5))::text[])"


@dataclass(frozen=True)
class RowPolicy:
    """Which rows of a table are shown, and may be written, in a scope that is not the whole registry's."""

    table: str
    shown: str

    @property
    def statement(self) -> str:
        return f'CREATE POLICY reach ON "{self.table}" USING ((SELECT scope_all()) OR {self.shown})'

    @property
    def mark(self) -> str:
        return hashlib.sha256(self.statement.encode()).hexdigest()[:16]


_policies: dict[str, RowPolicy] = {}
_work_as_owner: set[str] = set()
# What makes a record of a kind reachable whose office is out of reach: queries of their ids.
_reached: dict[str, list[str]] = {}
# The same where a statement asks of few: conditions on one `record`.
_reached_singly: dict[str, list[str]] = {}


def protect(model: type[Model], shown: str, *, history: str = "") -> None:
    """Show only such rows of the model's table, and of its history."""
    table = model._meta.db_table
    _policies[table] = RowPolicy(table, shown)
    if history:
        _policies[f"{table}event"] = RowPolicy(f"{table}event", history)


def works_as_owner(model: type[Model]) -> None:
    """The table itself is not protected, but its triggers write to one that is."""
    _work_as_owner.add(model._meta.db_table)


def also_reached(kind: str, ids: str) -> None:
    """Records of this kind are reached too: a query of their ids. `actor`, `members`, `people` and `cases` are the scope's."""
    _reached.setdefault(kind, []).append(ids)


def reached(kind: str, column: str) -> str:
    """Rows that point to such a record of this kind. They are found once a statement, when the first row asks: put it last."""
    return f"{column} IN (SELECT scope_reached_{kind}())"


def below(column: str, paths: str) -> str:
    """A join that keeps what lies where these paths (`people`, `cases`) begin, by an index on the column."""
    return f"JOIN unnest({paths}) AS low ON {column} >= low AND {column} < low || '~'"


def also_reached_singly(kind: str, condition: str) -> None:
    """A record (its id: `record`) is reached too where this holds. For kinds of which there are too many to list."""
    _reached_singly.setdefault(kind, []).append(condition)


def reached_singly(kind: str, column: str) -> str:
    """Rows that point to such a record of this kind. Asked for each row: put it last."""
    return f"scope_reaches_{kind}({column})"


def policies() -> dict[str, RowPolicy]:
    """By table."""
    return dict(_policies)


def put_row_policies(cursor: CursorWrapper) -> None:
    """Let the tables be protected as the apps say, and no other. Run it as the owner."""
    cursor.execute(FUNCTIONS)
    for kind, queries in _reached.items():
        cursor.execute(_reached_function(kind, queries))
    for kind, conditions in _reached_singly.items():
        cursor.execute(_reaches_function(kind, conditions))
    cursor.execute(STANDING)
    standing = dict(cursor.fetchall())
    for table in standing.keys() - _policies.keys():
        cursor.execute(f'DROP POLICY reach ON "{table}"; ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
    for table, policy in _policies.items():
        if standing.get(table) != policy.mark:
            cursor.execute(
                f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY; DROP POLICY IF EXISTS reach ON "{table}"; '
                f"{policy.statement}; COMMENT ON POLICY reach ON \"{table}\" IS '{policy.mark}'"
            )
    cursor.execute(TRIGGERS_AS_OWNER, [[*_policies, *_work_as_owner]])
    asked = [f"scope_reached_{kind}" for kind in _reached] + [
        f"scope_reaches_{kind}" for kind in _reached_singly
    ]
    cursor.execute(FUNCTIONS_LEFT, [asked])
    for (function,) in cursor.fetchall():
        cursor.execute(f"DROP FUNCTION {function}")


STANDING = """
SELECT c.relname, obj_description(p.oid, 'pg_policy')
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
WHERE p.polname = 'reach' AND c.relnamespace = 'public'::regnamespace
"""

# Of an earlier version: no policy asks them any more.
FUNCTIONS_LEFT = """
SELECT oid::regprocedure::text FROM pg_proc
WHERE proname ^@ 'scope_reach' AND pronamespace = 'public'::regnamespace AND proname <> ALL(%s)
"""

# What a write brings along (history, consent that must be there, words to be found by) may concern rows that the writer
# does not see: triggers of protected tables work as the owner.
TRIGGERS_AS_OWNER = """
DO $do$
DECLARE
    called regprocedure;
BEGIN
    FOR called IN
        SELECT DISTINCT t.tgfoid FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc f ON f.oid = t.tgfoid
        WHERE NOT t.tgisinternal AND c.relname = ANY(%s) AND c.relnamespace = 'public'::regnamespace AND NOT f.prosecdef
    LOOP
        EXECUTE format('ALTER FUNCTION %%s SECURITY DEFINER SET search_path = public, pg_temp', called);
    END LOOP;
END $do$
"""


def _reached_function(kind: str, queries: list[str]) -> str:
    """Works as the owner: the tables it asks are protected themselves. Few rows are what it mostly gives."""
    every = "\n    UNION ALL ".join(queries)
    return f"""
CREATE OR REPLACE FUNCTION scope_reached_{kind}() RETURNS SETOF bigint LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE ROWS 200
SET search_path = public, pg_temp AS $$
DECLARE
    actor bigint := scope_actor();
    members bigint[] := scope_members();
    people text[] := scope_paths(4);
    cases text[] := scope_paths(5);
BEGIN
    RETURN QUERY {every};
END $$
"""


def _reaches_function(kind: str, conditions: list[str]) -> str:
    """Works as the owner too. Its cost keeps the planner from ways over rows out of reach."""
    either = "\n        OR ".join(f"({condition})" for condition in conditions)
    return f"""
CREATE OR REPLACE FUNCTION scope_reaches_{kind}(record bigint) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE COST 10000
SET search_path = public, pg_temp AS $$
DECLARE
    actor bigint := scope_actor();
    members bigint[] := scope_members();
BEGIN
    RETURN coalesce({either}, false);
END $$
"""
