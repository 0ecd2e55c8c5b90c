from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from core.models import PayshiftQuerySet

BOX = ("south", "north", "west", "east")
ASKED = (
    *("words", "industries", "subcategories", "shift_types", "job_types"),
    *("min_rate_kobo", "max_rate_kobo", "date_from", "date_to", "latitude", "south"),
)


def _all(null: bool, names: tuple[str, ...]) -> Q:
    return Q(**{f"{name}__isnull": null for name in names})


def _slugs(length: int) -> "ArrayField[list[str] | None, list[str] | None]":
    return ArrayField(models.CharField(max_length=length), null=True, blank=True)


class SavedSearch(models.Model):
    """The filters of a search, kept by a worker under a name: new jobs that they fit are told.

    NULL is a filter that was not set. Position and box are what the person chose to search by, rounded by the web
    client; they are nobody else's to see.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_searches", db_index=False)
    name = models.CharField(max_length=60)
    text = models.CharField(max_length=200, blank=True, default="")
    # What the text asks for, cut by Python once and for all.
    words = ArrayField(models.CharField(max_length=200), null=True, blank=True)
    industries = _slugs(60)
    subcategories = _slugs(60)
    shift_types = _slugs(16)
    job_types = _slugs(16)
    min_rate_kobo = models.BigIntegerField(null=True, blank=True)
    max_rate_kobo = models.BigIntegerField(null=True, blank=True)
    date_from = models.DateField(null=True, blank=True)
    date_to = models.DateField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    radius_km = models.FloatField(null=True, blank=True)
    south = models.FloatField(null=True, blank=True)
    north = models.FloatField(null=True, blank=True)
    west = models.FloatField(null=True, blank=True)
    east = models.FloatField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "saved searches"
        # Serves the list of a person, and the walk through all people's.
        indexes = [models.Index(fields=["user", "-created_at", "-id"], name="jobs_savedsearch_user_newest")]
        constraints = [
            models.UniqueConstraint(Lower("name"), "user", name="jobs_savedsearch_name_once"),
            # One that asks nothing would be told of every job there is.
            models.CheckConstraint(condition=~_all(True, ASKED), name="jobs_savedsearch_asks_something"),
            models.CheckConstraint(
                condition=Q(text="", words__isnull=True) | ~Q(text="") & Q(words__isnull=False),
                name="jobs_savedsearch_words_of_text",
            ),
            models.CheckConstraint(
                condition=_all(True, ("latitude", "longitude", "radius_km"))
                | _all(False, ("latitude", "longitude"))
                & Q(latitude__range=(-90, 90), longitude__range=(-180, 180))
                & (Q(radius_km__isnull=True) | Q(radius_km__gt=0)),
                name="jobs_savedsearch_position_whole",
            ),
            models.CheckConstraint(
                condition=_all(True, BOX) | _all(False, BOX) & Q(south__lte=F("north")),
                name="jobs_savedsearch_box_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"Search {self.name}"

    @property
    def filters(self) -> dict[str, Any]:
        """Under the names that the API has for them."""
        several = {"industry": self.industries, "subcategory": self.subcategories}
        several |= {"shift_type": self.shift_types, "job_type": self.job_types}
        alike = ("min_rate_kobo", "max_rate_kobo", "date_from", "date_to", "latitude", "longitude", "radius_km", *BOX)
        return {
            "q": self.text,
            **{name: values or [] for name, values in several.items()},
            **{name: getattr(self, name) for name in alike},
        }
