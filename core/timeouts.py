"""PostgreSQL's time-outs, kept with the application's role too: a session that comes through PgBouncer has no other.

The cache relies on them (a writer is ended before its deadline is over), so a session without them serves nobody.
"""

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from psycopg import sql


def apply(*, owner: str) -> None:
    """Sets them for the application's role in this database, as that role; the owner, who migrates, has none."""
    if connection.settings_dict["USER"] == connections[owner].settings_dict["USER"]:
        return
    database = sql.Identifier(connection.settings_dict["NAME"])
    statement = sql.SQL("ALTER ROLE CURRENT_USER IN DATABASE {database} SET {name} = {at}")
    with connection.cursor() as cursor:
        for name, at in settings.DATABASE_TIMEOUTS.items():
            cursor.execute(statement.format(database=database, name=sql.Identifier(name), at=sql.Literal(at)))


def hold(using: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether a session of the application ends where the settings say. One query."""
    names = list(settings.DATABASE_TIMEOUTS)
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT name, current_setting(name) FROM unnest(%s::text[]) AS name", [names])
        return dict(cursor.fetchall()) == settings.DATABASE_TIMEOUTS
