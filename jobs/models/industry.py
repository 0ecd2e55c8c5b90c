"""The trades. Seeded by a migration, kept by staff; a slug is what people's skills and the search filters name."""

from django.db import models

from core.models import PayshiftQuerySet


class JobIndustry(models.Model):
    slug = models.CharField(max_length=60)
    name = models.CharField(max_length=80)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        verbose_name = "industry"
        verbose_name_plural = "industries"
        constraints = [models.UniqueConstraint(fields=["slug"], name="jobs_jobindustry_slug_unique")]

    def __str__(self) -> str:
        return self.name


class JobSubcategory(models.Model):
    # The unique constraint starts with the industry and serves the foreign key.
    industry = models.ForeignKey(JobIndustry, models.PROTECT, related_name="subcategories", db_index=False)
    slug = models.CharField(max_length=60)
    name = models.CharField(max_length=80)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        verbose_name = "subcategory"
        verbose_name_plural = "subcategories"
        constraints = [
            # A skill names a trade by its slug alone, so a slug means one thing only.
            models.UniqueConstraint(fields=["slug"], name="jobs_jobsubcategory_slug_unique"),
            models.UniqueConstraint(fields=["industry", "name"], name="jobs_jobsubcategory_name_unique"),
        ]

    def __str__(self) -> str:
        return self.name
