"""What the browser tests of the console look at: one of everything, two disputes, rows as long as they may be, and the
table of screens."""

import itertools
import json
import time
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import NoReverseMatch, URLPattern, reverse

from accounts.models import CustomUser
from core import clock
from jobs.models import Job, JobStatus
from payment.models import AccountKind
from payment.services.accounts import system_account
from rating.services.weighing import count_rating
from tests.architecture.world import assignment, build_world, funded_job
from tests.factories import payment as money
from tests.factories.accounts import DeviceFactory, UserFactory
from tests.factories.payment import DisputeFactory
from tests.web.console_long import MOST_KOBO, lengthen
from tests.web.console_rows import fill

# Of admin's addresses those that show no screen: files, answers to scripts, and ways elsewhere.
NO_SCREENS = {
    *("login", "logout", "jsi18n", "autocomplete", "view_on_site", "search", "paper"),
    *("payment_chargeback_document", "accounts_staffexport_fetch"),
}
DAYS_AGO = (4, 5)


def prepare(*, email: str, password: str) -> str:
    """A superuser, the world (an instance that is kept has it already) and two open disputes. As JSON: the number of a
    job that was paid, and the addresses of all screens."""
    # Another process of the same instance may have begun at 1.
    money._references = itertools.count(time.time_ns() // 1_000)
    staff = CustomUser.objects.create_superuser(email, password, first_name="Bisi")
    if CustomUser.objects.filter(email="person0@example.com").exists():
        for people in (UserFactory, DeviceFactory):
            people.reset_sequence(time.time_ns() // 1_000)
    else:
        world = build_world(
            chidi=UserFactory.create(role="client"), wale=UserFactory.create(), ada=UserFactory.create()
        )
        with transaction.atomic():
            count_rating(world.review)
    job = Job.objects.filter(title="Done").earliest("pk")
    for days in DAYS_AGO:
        argue(job.client, days)
    with transaction.atomic():
        fill(staff)
        long_job = lengthen(staff)
    suspended = money.fund(system_account(AccountKind.SUSPENSE), MOST_KOBO)
    own = {
        "app_list": reverse("admin:app_list", args=["jobs"]),
        "job_everything": reverse("admin:job_everything", args=[long_job.pk]),
        "person_everything": reverse("admin:person_everything", args=[long_job.client_id]),
        "payment_ledgertransaction_suspense": reverse("admin:payment_ledgertransaction_suspense", args=[suspended.pk]),
    }
    return json.dumps({"paid_job": job.pk, "screens": screens(staff) | own})


@transaction.atomic
def argue(client: CustomUser, days_ago: int) -> None:
    worker = UserFactory.create(email=f"worker{days_ago}.{time.time_ns() % 10**9}@example.com")
    date = (clock.now() - timedelta(days=days_ago)).date()
    job = funded_job(client, title="Argued about", status=JobStatus.ONGOING, date=date, applicants_needed=1)
    DisputeFactory.create(assignment=assignment(job, worker, checked_out=True))


def screens(staff: CustomUser) -> dict[str, str]:
    """Of each of admin's addresses one, by its name, with the newest row that there is: each list has one by then."""
    request = RequestFactory().get("/")
    request.user = staff
    found = {}
    for model, screen in admin.site._registry.items():
        newest = model._default_manager.order_by("-pk").values_list("pk", flat=True).first()
        for pattern in screen.get_urls():
            if pattern.name and _is_screen(pattern.name, screen, request):
                found[pattern.name] = _address(pattern, newest)
    for own in admin.site.get_urls():
        if isinstance(own, URLPattern) and own.name and own.name not in {*NO_SCREENS, *found}:
            found[own.name] = _address(own, None)
    return found


def _is_screen(name: str, screen: Any, request: HttpRequest) -> bool:
    if name in NO_SCREENS:
        return False
    if name.endswith("_add"):
        return bool(screen.has_add_permission(request))
    return not name.endswith("_delete") or bool(screen.has_delete_permission(request))


def _address(pattern: URLPattern, pk: object) -> str:
    try:
        return reverse(f"admin:{pattern.name}")
    except NoReverseMatch:
        pass
    try:
        return reverse(f"admin:{pattern.name}", args=[pk]) if pk else ""
    except NoReverseMatch:
        return ""
