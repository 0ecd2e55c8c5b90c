"""The counters that other apps keep on people's profiles."""

from functools import cache

from accounts.models import Profile
from core.cache.coherence import begin_write, declaration_of
from core.instances import column_of
from core.listings import prepared


def count_on_profile(user_id: int, **added: int) -> None:
    """Add to columns of a person's profile, in the caller's transaction and in one query, which locks the row."""
    declaration = declaration_of(Profile)
    assert declaration is not None  # noqa: S101  (of accounts.cached)
    begin_write(declaration.changed_in({"user_id": user_id}, frozenset(added)))
    with prepared() as cursor:
        cursor.execute(_adding(tuple(added)), [*added.values(), user_id])


@cache
def _adding(names: tuple[str, ...]) -> str:
    columns = [column_of(Profile, name) for name in names]
    sums = ", ".join(f'"{column}" = "{column}" + %s' for column in columns)
    return f'UPDATE "{Profile._meta.db_table}" SET {sums} WHERE user_id = %s'  # noqa: S608  (columns of the model)
