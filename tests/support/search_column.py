"""The words of a job, made of its texts once more: by stem, then as written, and each without marks."""

from functools import reduce
from operator import add

from django.contrib.postgres.search import SearchVector
from django.db.models import F, Func, TextField

TEXTS = ("title", "location", "description")
MADE_OF = reduce(
    add,
    (
        SearchVector(Func(F(text), function="jobs_fold", output_field=TextField()), weight=weight, config=config)
        for config in ("english", "simple")
        for text, weight in zip(TEXTS, "ABC", strict=True)
    ),
)
