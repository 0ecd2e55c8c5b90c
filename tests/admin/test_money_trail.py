"""Following a job's money by links alone, from the page of the job to the bank and back."""

import re
from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from accounts.models import CustomUser
from core.actor import Role
from jobs.models import Job
from payment.models import LedgerTransaction, Payment, PaymentAttempt, TransactionKind, Wallet, Withdrawal
from payment.services.accounts import escrow_account, wallet_account, wallet_of
from payment.services.posting import Move, post
from payshift.staff_roles import make_roles
from tests.factories.accounts import UserFactory
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import PaymentFactory, WithdrawalFactory, pay_in_escrow

pytestmark = pytest.mark.django_db


class Links(HTMLParser):
    """The addresses that a page's main part links to, without the side bar and what is on every page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        link = dict(attrs).get("href") or ""
        if tag == "a" and re.search(r"/[0-9]+/(change|everything)/$", link):
            self.found.add(link)


def clicks(client: Client, start: str, end: str, *, most: int) -> list[str]:
    """The shortest way by links, as addresses behind `start`; empty when there is none within so many clicks."""
    ways = {start: list[str]()}
    fresh = [start]
    for _ in range(most):
        reached = []
        for page in fresh:
            answer = client.get(page)
            assert answer.status_code == 200, page
            for link in Links(answer.content.decode()).found - set(ways):
                ways[link] = [*ways[page], link]
                reached.append(link)
        if end in ways:
            return ways[end]
        fresh = reached
    return []


def change(row: Payment | PaymentAttempt | LedgerTransaction | Wallet | Withdrawal | Job) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def everything(job: Job) -> str:
    return reverse("admin:job_everything", args=[job.pk])


@pytest.fixture
def paid_job(chidi: CustomUser, wale: CustomUser) -> Job:
    """Paid in by card, paid out to Wale, who sends it to the bank."""
    job: Job = JobFactory.create(client=chidi)
    pay_in_escrow(job)
    application = ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    assignment = ShiftAssignmentFactory.create(application=application, approved=True)
    wage = PaymentFactory.create(released=True, assignment=assignment)
    move = Move(escrow_account(job.pk), wallet_account(wale.pk), wage.amount_kobo)
    post(kind=TransactionKind.WAGE, reference=wage.reference, moves=[move], job_id=job.pk)
    WithdrawalFactory.create(wallet=wallet_of(wale.pk), status="paid")
    return job


def test_money_is_followed_from_the_job_to_the_bank_within_four_clicks(staff: Client, paid_job: Job) -> None:
    withdrawal = Withdrawal.objects.get()

    way = clicks(staff, change(paid_job), change(withdrawal), most=4)

    assert 0 < len(way) <= 4
    assert way[-1] == change(withdrawal)


def test_every_link_of_the_chain_leads_both_ways(staff: Client, paid_job: Job, wale: CustomUser) -> None:
    attempt, wage = PaymentAttempt.objects.get(), Payment.objects.get(kind="wage")
    funding = attempt.payment
    funded = LedgerTransaction.objects.get(kind="funding")
    paid = LedgerTransaction.objects.get(kind="wage")
    wallet, withdrawal = Wallet.objects.get(user=wale), Withdrawal.objects.get()
    chain = [
        (everything(paid_job), change(funding)),
        (everything(paid_job), change(wage)),
        (change(funding), change(attempt)),
        (change(attempt), change(funding)),
        (change(funding), change(funded)),
        (change(funded), change(funding)),
        (change(funded), change(attempt)),
        (change(funded), change(paid_job)),
        (change(attempt), change(funded)),
        (change(wage), change(paid)),
        (change(paid), change(wage)),
        (change(paid), change(wallet)),
        (change(wallet), change(paid)),
        (change(wallet), change(withdrawal)),
        (change(withdrawal), change(wallet)),
        (change(wage), change(paid_job)),
        (change(paid_job), everything(paid_job)),
    ]

    missing = [pair for pair in chain if pair[1] not in Links(staff.get(pair[0]).content.decode()).found]

    assert missing == []


def test_support_follows_it_as_well_and_meets_no_closed_door(paid_job: Job) -> None:
    make_roles()
    agent = UserFactory.create(role=Role.ADMIN)
    agent.groups.add(Group.objects.get(name="Support"))
    support = Client()
    support.force_login(agent)

    assert clicks(support, everything(paid_job), change(Withdrawal.objects.get()), most=2)


def test_links_are_shown_to_whoever_may_look_at_what_they_lead_to(paid_job: Job) -> None:
    agent = UserFactory.create(role=Role.ADMIN)
    agent.user_permissions.set(Permission.objects.filter(codename="view_payment"))
    clerk = Client()
    clerk.force_login(agent)
    funding, booked = Payment.objects.get(kind="escrow_funding"), LedgerTransaction.objects.get(kind="funding")

    without = Links(clerk.get(change(funding)).content.decode()).found
    agent.user_permissions.add(Permission.objects.get(codename="view_ledgertransaction"))
    with_it = Links(clerk.get(change(funding)).content.decode()).found

    assert change(booked) not in without
    assert change(booked) in with_it
