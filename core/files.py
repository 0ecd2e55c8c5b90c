"""Files that no row names any more go, even where this process ends or the storage is away meanwhile."""

from collections.abc import Callable
from contextlib import suppress

from django.core.files.storage import default_storage
from django.db import transaction

from core.errors import Unavailable


def forget_files(*names: str) -> None:
    """Call it in the transaction that names them last: a job commits with it, and tries until they are gone.

    Where the storage answers they are gone right after the commit.
    """
    _delete_later(names)
    transaction.on_commit(_deletion_of(names))


def discard_files(*names: str) -> None:
    """Delete what was stored and no row has named; while the storage is away, by the same job."""
    try:
        delete(*names)
    except Unavailable:
        _delete_later(names)


def delete(*names: str) -> None:
    """One that is not there is none to delete. Raises `Unavailable`."""
    for name in names:
        default_storage.delete(name)


def _deletion_of(names: tuple[str, ...]) -> Callable[[], None]:
    def now() -> None:
        with suppress(Unavailable):
            delete(*names)

    return now


def _delete_later(names: tuple[str, ...]) -> None:
    from core.tasks import delete_files

    delete_files.defer(names=list(names))
