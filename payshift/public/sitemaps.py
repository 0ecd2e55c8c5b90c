"""Where search engines find the open jobs: a sitemap of pages, named by robots.txt."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap

from jobs.models import Job
from jobs.models.job import JobQuerySet
from jobs.selectors.public import listed_jobs


class JobSitemap(Sitemap[Job]):
    limit = 1000

    def items(self) -> JobQuerySet:
        return listed_jobs()

    def location(self, item: Job) -> str:
        return f"/j/{item.pk}"

    def lastmod(self, item: Job) -> datetime:
        return item.updated_at

    def get_latest_lastmod(self) -> None:
        """Not asked: Django would read every job for the index."""

    def get_domain(self, site: object = None) -> str:
        return urlsplit(settings.PUBLIC_URL).netloc

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.PUBLIC_URL).scheme


SITEMAPS: dict[str, type[Sitemap[Any]] | Sitemap[Any]] = {"jobs": JobSitemap}

# What needs a log-in, or is for machines, is nothing to search.
ROBOTS = """User-agent: *
Disallow: /api/
Disallow: /admin/
Disallow: /media/
Disallow: /unsubscribe/

Sitemap: {public_url}/sitemap.xml
"""
