"""The marketplace that the cached operations show."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import CustomUser
from core import clock
from jobs.models import Application, ApplicationStatus, Job, JobStatus
from payment.models import Payment, PaymentKind, PaymentStatus
from rating.models import Review
from tests.factories.accounts import BankAccountFactory, NotificationFactory
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import PaymentFactory, fund_escrow
from tests.factories.rating import ReviewFactory


@dataclass
class World:
    """Chidi's finished job, where Wale worked and both reviewed each other, and an open one that Ada applied to."""

    chidi: CustomUser
    wale: CustomUser
    ada: CustomUser
    bisi: CustomUser
    worked: Job
    open_job: Job
    application: Application
    review: Review
    payment: Payment

    def admin_edit(self, model: str, pk: int, **changes: str) -> None:
        """Save the change form of a row as staff would: as it is shown, but for these fields."""
        client = Client()
        client.force_login(self.bisi)
        url = reverse(f"admin:{model}_change", args=[pk])
        form = client.get(url).context["adminform"].form
        shown = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
        values = {name: value for name, value in shown.items() if value not in (None, False)}
        no_inlines = {"profile-TOTAL_FORMS": "0", "profile-INITIAL_FORMS": "0"}
        answer = client.post(url, {**values, **no_inlines, **changes})
        assert answer.status_code == 302, answer.context["errors"]


@pytest.fixture
def world(chidi: CustomUser, wale: CustomUser, ada: CustomUser, bisi: CustomUser) -> World:
    yesterday = (clock.now() - timedelta(days=1)).date()
    worked = JobFactory.create(client=chidi, date=yesterday, status=JobStatus.COMPLETED, title="Waiters")
    done = ApplicationFactory.create(job=worked, applicant=wale, status=ApplicationStatus.COMPLETED)
    assignment = ShiftAssignmentFactory.create(application=done, approved=True)
    open_job = JobFactory.create(client=chidi, status=JobStatus.UPCOMING, title="Ushers", applicants_needed=2)
    fund_escrow(open_job)
    payment = PaymentFactory.create(
        kind=PaymentKind.WAGE,
        status=PaymentStatus.SUCCEEDED,
        provider="",
        payer=chidi,
        recipient=wale,
        job=worked,
        assignment=assignment,
    )
    BankAccountFactory.create(user=wale)
    NotificationFactory.create(user=wale)
    return World(
        chidi=chidi,
        wale=wale,
        ada=ada,
        bisi=bisi,
        worked=worked,
        open_job=open_job,
        application=ApplicationFactory.create(job=open_job, applicant=ada),
        review=ReviewFactory.create(job=worked, reviewer=chidi, reviewed=wale, rating=4),
        payment=payment,
    )
