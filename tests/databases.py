"""One database per engine and process, made empty again for every test: a copy for each costs half a second."""

import shutil
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.types.json import Json

from tests import postgres as embedded

LOCK_SECONDS = 5

_SCHEMA = """
SELECT md5(string_agg(told, ';' ORDER BY told)) FROM (
    SELECT concat_ws(' ', 'class', oid, relname) AS told FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', 'column', attrelid, attnum, attname, atttypid, attnotnull) FROM pg_attribute
        JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', 'trigger', oid, tgenabled) FROM pg_trigger
    UNION ALL SELECT concat_ws(' ', 'constraint', oid, convalidated) FROM pg_constraint
    UNION ALL SELECT concat_ws(' ', 'function', oid, md5(prosrc)) FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', 'version', version_num) FROM alembic_version
) AS whole
"""
"""What a test may have changed besides rows, in one value."""


class SqliteFile:
    """A file that is a copy of a migrated, empty one."""

    def __init__(self, template: Path, path: Path) -> None:
        self.template, self.path = template, path

    def emptied(self) -> str:
        """Put the copy in its place anew; the URL, always the same."""
        for beside in ("", "-wal", "-shm", "-journal"):
            self.path.with_name(self.path.name + beside).unlink(missing_ok=True)
        shutil.copy(self.template, self.path)
        return f"sqlite:///{self.path}"


class PostgresDatabase:
    """A copy of a migrated, empty database whose rows are deleted; another copy where that is not enough."""

    def __init__(self, server: embedded.Postgres, template: str) -> None:
        self.server, self.template, self.copies = server, template, 0
        self._rows: psycopg.Connection[tuple[object, ...]] | None = None
        self._schema: object = None
        self._reset = ""

    def emptied(self) -> str:
        """Delete what the last test left; the URL, the same as long as the tables are as they were."""
        try:
            if self._rows is None or self._rows.execute(_SCHEMA).fetchone() != self._schema:
                raise psycopg.DatabaseError("other tables")
            self._rows.execute(self._reset)
        except psycopg.Error:
            self._copy()
        return self.server.url(self._name)

    @property
    def _name(self) -> str:
        return f"test{self.copies}"

    def close(self) -> None:
        """Let go of the database; it stays."""
        if self._rows is not None:
            self._rows.close()

    def _copy(self) -> None:
        self.close()
        self.copies += 1
        self.server.create_database(self._name, template=self.template)
        self._rows = psycopg.connect(host=str(self.server.folder), user="postgres", dbname=self._name, autocommit=True)
        self._rows.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
        self._schema = self._rows.execute(_SCHEMA).fetchone()
        self._reset = _reset(self._rows)


def _reset(rows: psycopg.Connection[tuple[object, ...]]) -> str:
    """The statements that bring back the rows and numbers of now, past the triggers, which stay in place."""
    tables = [str(name) for (name,) in rows.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    statements = [sql.SQL("SET session_replication_role = replica")]
    for table in map(sql.Identifier, tables):
        statements.append(sql.SQL("DELETE FROM {}").format(table))
        found = rows.execute(sql.SQL("SELECT json_agg(one) FROM {} one").format(table)).fetchone()
        if found and found[0]:
            again = sql.SQL("INSERT INTO {0} SELECT * FROM json_populate_recordset(NULL::{0}, {1})")
            statements.append(again.format(table, sql.Literal(Json(found[0]))))
    numbers = "SELECT sequencename, start_value, last_value FROM pg_sequences WHERE schemaname = 'public'"
    for name, start, last in rows.execute(numbers):
        again = sql.SQL("SELECT setval({}, {}, {})")
        statements.append(again.format(sql.Literal(name), sql.Literal(last or start), sql.Literal(last is not None)))
    statements.append(sql.SQL("SET session_replication_role = origin"))
    return sql.SQL("; ").join(statements).as_string(rows)
