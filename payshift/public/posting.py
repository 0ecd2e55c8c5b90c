"""A public job as search engines read it: schema.org/JobPosting (developers.google.com/search/docs/appearance/
structured-data/job-posting). The platform is who hires: of the client nothing is said."""

import json
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from jobs.selectors.public import PublicJob
from payshift.branding import Brand

# A browser ends a script at its closing tag, whatever the type: no character of a tag may be in it.
ESCAPED = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def address_of(job_id: int) -> str:
    return f"{settings.PUBLIC_URL}/j/{job_id}"


def posting_of(job: PublicJob, brand: Brand) -> dict[str, Any]:
    place = {"addressLocality": job.area.locality, "addressRegion": job.area.region, "addressCountry": "NG"}
    return {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": job.title,
        "description": job.description,
        "identifier": {"@type": "PropertyValue", "name": brand.name, "value": str(job.id)},
        "url": address_of(job.id),
        "datePosted": job.created_at.isoformat(),
        "validThrough": job.takes_people_until.isoformat(),
        "employmentType": "PER_DIEM" if job.offer.shift_count == 1 else "TEMPORARY",
        "industry": job.trade,
        "totalJobOpenings": job.places_left,
        "hiringOrganization": {"@type": "Organization", "name": brand.name, "sameAs": settings.PUBLIC_URL},
        "jobLocation": {
            "@type": "Place",
            "address": {"@type": "PostalAddress", **{name: value for name, value in place.items() if value}},
        },
        "baseSalary": {
            "@type": "MonetaryAmount",
            "currency": "NGN",
            "value": {"@type": "QuantitativeValue", "value": job.rate_kobo / 100, "unitText": "HOUR"},
        },
    }


def for_a_script(data: dict[str, Any]) -> SafeString:
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(ESCAPED))  # noqa: S308  # no tag is left in it
