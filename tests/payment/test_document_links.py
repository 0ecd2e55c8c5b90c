"""Signed links open one document of one person without a log-in, for minutes, and nothing else."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core import signing
from django.test import Client

from accounts.models import CustomUser
from core import clock
from jobs.models import Job
from payment.documents.links import SALT
from payment.models import Payment, WithdrawalStatus
from payment.services.accounts import wallet_of
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import PaymentFactory, WithdrawalFactory
from tests.support.api_client import ApiClient
from tests.support.books import at_commit

pytestmark = pytest.mark.django_db

NOON = datetime.fromisoformat("2026-11-20T12:00:00+01:00")


@pytest.fixture
def wage(chidi: CustomUser, wale: CustomUser) -> Payment:
    job: Job = JobFactory.create(client=chidi, title="Ọ̀ṣọ́ọ́ ₦ <b>waiter</b>")
    application = ApplicationFactory.create(job=job, applicant=wale, status="completed")
    assignment = ShiftAssignmentFactory.create(application=application, approved=True)
    payment: Payment = PaymentFactory.create(
        released=True, assignment=assignment, amount_kobo=1_200_050, fee_kobo=120_005, vat_kobo=8_372, vat_bps=750
    )
    at_commit()
    return payment


def link(person: CustomUser, payment: Payment) -> dict[str, Any]:
    answer = ApiClient(person).post(f"/payments/{payment.reference}/receipt/link")
    assert answer.status_code == 201, answer.content
    body: dict[str, Any] = answer.json()
    return body


def opened(address: str) -> Any:
    """In a browser that knows nobody."""
    return Client().get(urlsplit(address).path)


def token_of(address: str) -> str:
    return urlsplit(address).path.split("/")[2]


def test_link_opens_the_readers_own_copy_as_page_and_pdf(wage: Payment, chidi: CustomUser, wale: CustomUser) -> None:
    of_client, of_worker = link(chidi, wage), link(wale, wage)

    pages = [opened(each["page_url"]) for each in (of_client, of_worker)]
    files = [opened(each["pdf_url"]) for each in (of_client, of_worker)]

    assert [page.status_code for page in pages] == [200, 200]
    assert "NGN 13,200.55" in pages[0].content.decode()
    assert "NGN 13,200.55" not in pages[1].content.decode()
    assert all(file.content.startswith(b"%PDF-") for file in files)
    assert files[0].content != files[1].content
    assert files[0].headers["Content-Type"] == "application/pdf"
    assert files[0].headers["Content-Disposition"] == f'attachment; filename="PS-{wage.created_at.year}-000001.pdf"'
    assert of_client["csv_url"] is None


def test_same_receipt_is_the_same_file(wage: Payment, chidi: CustomUser) -> None:
    with time_machine.travel(clock.now(), tick=False) as time:
        first = opened(link(chidi, wage)["pdf_url"]).content
        time.shift(timedelta(days=400))
        second = opened(link(chidi, wage)["pdf_url"]).content

    assert first == second


def test_nobody_keeps_or_lists_it(wage: Payment, chidi: CustomUser) -> None:
    given = link(chidi, wage)

    for address in (given["page_url"], given["pdf_url"], f"{given['page_url']}x"):
        headers = opened(address).headers
        assert headers["Cache-Control"] == "private, no-store"
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
        assert headers["Referrer-Policy"] == "no-referrer"
    assert "script-src 'self'" in opened(given["page_url"]).headers["Content-Security-Policy"]
    assert opened(given["pdf_url"]).headers["Content-Security-Policy"] == "sandbox"


def test_link_runs_out(wage: Payment, chidi: CustomUser, settings: Any) -> None:
    settings.DOCUMENT_LINK_SECONDS = 300
    with time_machine.travel(NOON, tick=False) as time:
        given = link(chidi, wage)
        time.shift(timedelta(seconds=299))
        before = opened(given["page_url"])
        time.shift(timedelta(seconds=1))
        after = opened(given["page_url"]), opened(given["pdf_url"])

    assert given["expires_at"] == "2026-11-20T11:05:00Z"
    assert before.status_code == 200
    assert [answer.status_code for answer in after] == [404, 404]
    assert "This link has run out" in after[0].content.decode()
    assert "Chidi" not in after[0].content.decode()


@pytest.mark.parametrize(
    "changed",
    [
        lambda token, _: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token, _: signing.dumps(signing.loads(token, salt=SALT), salt="another"),
        lambda token, _: signing.dumps("rubbish", salt=SALT),
        lambda token, _: signing.dumps([1, "letter", "x", 0], salt=SALT),
        lambda _, reference: reference,
        lambda *_: "PS-2026-000001",
    ],
)
def test_a_token_that_is_not_ours_opens_nothing(changed: Any, wage: Payment, chidi: CustomUser) -> None:
    token = changed(token_of(link(chidi, wage)["page_url"]), wage.reference)

    assert [opened(f"/documents/{token}{file}").status_code for file in ("", "/pdf")] == [404, 404]


def test_link_of_somebody_whose_account_is_closed_opens_nothing(wage: Payment, wale: CustomUser) -> None:
    given = link(wale, wage)
    CustomUser.objects.filter(pk=wale.pk).update(is_active=False)

    assert opened(given["page_url"]).status_code == 404


def test_strangers_get_no_link(wage: Payment, emeka: CustomUser, sade: CustomUser, bisi: CustomUser) -> None:
    path = f"/payments/{wage.reference}/receipt/link"

    assert [ApiClient(person).post(path).status_code for person in (emeka, sade, bisi)] == [404] * 3
    assert ApiClient().post(path).status_code == 401


def test_payout_has_one_for_its_owner(wale: CustomUser, sade: CustomUser) -> None:
    row = WithdrawalFactory.create(wallet=wallet_of(wale.pk), status=WithdrawalStatus.PAID, amount_kobo=500_001)
    at_commit()
    path = f"/wallet/withdrawals/{row.pk}/receipt/link"

    given = ApiClient(wale).post(path).json()

    assert "NGN 5,000.01" in opened(given["page_url"]).content.decode()
    assert ApiClient(sade).post(path).status_code == 404


def test_opening_is_bounded(wage: Payment, chidi: CustomUser, settings: Any) -> None:
    given = link(chidi, wage)

    answers = [opened(given["page_url"]) for _ in range(60 * int(settings.THROTTLE_FACTOR) + 1)]

    assert [answer.status_code for answer in answers[-2:]] == [200, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_is_read_and_nothing_else(method: str, wage: Payment, chidi: CustomUser) -> None:
    path = urlsplit(link(chidi, wage)["page_url"]).path

    assert getattr(Client(), method)(path).status_code == 405
