"""The one QuerySet class of Payshift's models."""

from collections.abc import Iterable
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction

from core.cache.coherence import begin_instances, begin_write, declaration_of


class PayshiftQuerySet[M: models.Model](models.QuerySet[M, M]):
    """Refuses unplanned loading, and announces bulk writes to the cache, which no signal does."""

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

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        instances = list(objs)
        self._for_write = True
        with transaction.atomic(using=self.db, savepoint=False):
            begin_instances(instances, using=self.db)
            return super().bulk_create(instances, *args, **kwargs)

    def bulk_update(self, objs: Iterable[M], fields: Iterable[str], batch_size: int | None = None) -> int:
        instances = list(objs)
        self._for_write = True
        with transaction.atomic(using=self.db, savepoint=False):
            begin_instances(instances, using=self.db)
            # Django's bulk_update ends in update(), which would look the same rows up once more.
            plain: models.QuerySet[M] = models.QuerySet(self.model, using=self.db)
            return plain.bulk_update(instances, fields, batch_size)

    def update(self, **kwargs: Any) -> int:
        """For a cached model one more query: which entities the rows are. Only rows it saw are updated."""
        declaration = declaration_of(self.model)
        if declaration is None:
            return super().update(**kwargs)
        self._for_write = True
        with transaction.atomic(using=self.db, savepoint=False):
            rows = list(self.order_by().values("pk", *declaration.columns))
            begin_write(set().union(*map(declaration.entities, rows)), using=self.db)
            return super(PayshiftQuerySet, self.filter(pk__in=[row["pk"] for row in rows])).update(**kwargs)

    update.alters_data = True  # type: ignore[attr-defined]
