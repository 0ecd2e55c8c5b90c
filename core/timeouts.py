"""How sessions begin, kept with the application's role too: one that comes through PgBouncer has nothing else.

The cache relies on PostgreSQL's time-outs (a writer is ended before its deadline is over), so a session without them
serves nobody.
"""

from django.conf import settings
from django.db import connection, connections
from psycopg import sql

from core.connections import alias_of_sessions


def apply(*, owner: str) -> None:
    """Set for the application's role in this database, as that role; the owner, who migrates, has none of it.

    Past a pooler, if there is one: a session that was there before lacks them for as long as it is kept.
    """
    if connection.settings_dict["USER"] == connections[owner].settings_dict["USER"]:
        return
    database = sql.Identifier(connection.settings_dict["NAME"])
    statement = sql.SQL("ALTER ROLE CURRENT_USER IN DATABASE {database} SET {name} = {value}")
    with connections[alias_of_sessions()].cursor() as cursor:
        for name, value in settings.DATABASE_SESSION.items():
            names = {"database": database, "name": sql.Identifier(name)}
            cursor.execute(statement.format(value=sql.Literal(value), **names))


def hold() -> bool:
    """Whether a session of the application begins with the time-outs that the settings say. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, reset_val::bigint FROM pg_settings WHERE name = ANY(%s)", [list(settings.DATABASE_TIMEOUTS)]
        )
        return dict(cursor.fetchall()) == settings.DATABASE_TIMEOUTS
