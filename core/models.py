"""The one QuerySet class of Payshift's models."""

from typing import Self

from django.conf import settings
from django.db import models


class PayshiftQuerySet[M: models.Model](models.QuerySet[M, M]):
    def planned(self) -> Self:
        """Refuse unplanned lazy loading: every selector's queryset starts with it.

        In development and tests an access that was not joined or prefetched raises; in production it costs one query
        for all rows (FETCH_PEERS) instead of one per row.
        """
        return self.fetch_mode(models.FETCH_RAISE if settings.REFUSE_LAZY_LOADING else models.FETCH_PEERS)
