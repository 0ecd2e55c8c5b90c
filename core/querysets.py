"""The one QuerySet class of Payshift's models."""

from collections.abc import Collection, Iterable
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction

from core.cache.coherence import UnannouncedWrite, begin_instances, begin_update, declaration_of
from core.replica import lagging_alias


class PayshiftQuerySet[M: models.Model](models.QuerySet[M, M]):
    """Refuses unplanned loading, and announces bulk writes to the cache, which no signal does."""

    @property
    def db(self) -> str:
        """Where no connection was named, an operation that may lag reads from the replica; writes never go there."""
        if self._db is None and not self._for_write and (alias := lagging_alias()):  # type: ignore[attr-defined]
            return alias
        return super().db

    def planned(self) -> Self:
        """Refuse unplanned lazy loading: every selector's queryset starts with it.

        In development and tests an access that was not joined or prefetched raises; in production it costs one query
        for all rows (FETCH_PEERS) instead of one per row.
        """
        return self.fetch_mode(models.FETCH_RAISE if settings.REFUSE_LAZY_LOADING else models.FETCH_PEERS)

    def create(self, **kwargs: Any) -> M:
        if declaration_of(self.model) is None:
            return super().create(**kwargs)
        with transaction.atomic(using=self.db, savepoint=False):
            return super().create(**kwargs)

    def bulk_create(
        self,
        objs: Iterable[M],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,
        update_conflicts: bool = False,
        update_fields: Collection[str] | None = None,
        unique_fields: Collection[str] | None = None,
    ) -> list[M]:
        """Raises `UnannouncedWrite` where it would update rows of a cached model that nobody has looked up."""
        if update_conflicts and declaration_of(self.model) is not None:
            raise UnannouncedWrite(f"Look up the rows of {self.model._meta.label}, and use bulk_update().")
        instances = list(objs)
        self._for_write = True
        with transaction.atomic(using=self.db, savepoint=False):
            begin_instances(instances, using=self.db)
            return super().bulk_create(
                instances, batch_size, ignore_conflicts, update_conflicts, update_fields, unique_fields
            )

    def bulk_update(self, objs: Iterable[M], fields: Iterable[str], batch_size: int | None = None) -> int:
        instances, names = list(objs), list(fields)
        self._for_write = True
        with transaction.atomic(using=self.db, savepoint=False):
            there = self.filter(pk__in=[each.pk for each in instances])
            begin_instances(instances, using=self.db, fields=names, there=there)
            # Django's bulk_update ends in update(), which would look the same rows up once more.
            plain: models.QuerySet[M] = models.QuerySet(self.model, using=self.db)
            return plain.bulk_update(instances, names, batch_size)

    def update(self, **kwargs: Any) -> int:
        """For a cached model one more query: which entities the rows are. Only rows it saw are updated."""
        if declaration_of(self.model) is None:
            return super().update(**kwargs)
        self._for_write = True
        with transaction.atomic(using=self.db, savepoint=False):
            keys = begin_update(self, kwargs, using=self.db)
            return super(PayshiftQuerySet, self.filter(pk__in=keys)).update(**kwargs)

    update.alters_data = True  # type: ignore[attr-defined]
