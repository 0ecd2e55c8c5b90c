"""M9 and P3: one key has one winner, and everybody else with it gets the winner's answer, a 409 or a 422."""

import json
from collections.abc import Callable
from threading import Barrier

import pytest
from django.db import transaction

from accounts.models import CustomUser
from core import clock
from core.errors import Conflict, PayshiftError, TooManyRequests, Unauthenticated, Unavailable, Unprocessable
from jobs.models import Job
from payment.exceptions import IdempotencyKeyInFlight, IdempotencyKeyReused
from payment.models import IdempotencyKey, LedgerTransaction, Payment
from payment.services.accounts import wallet_account
from payment.services.idempotency import Answer, Claim, StoredRefusal, answer_once
from tests.factories.payment import balance_of, fund_wallet
from tests.payment.conftest import new_key
from tests.support.api_client import ApiClient, ApiResponse
from tests.support.books import without_constraint
from tests.support.races import errors_of, race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def payer(chidi: CustomUser, job: Job) -> ApiClient:
    fund_wallet(chidi.pk, 3 * job.price_kobo)
    return ApiClient(chidi)


def pay(payer: ApiClient, job: Job, key: str | None, provider: str = "wallet") -> ApiResponse:
    headers = {} if key is None else {"Idempotency_Key": key}
    return payer.post("/payments", {"job_id": job.pk, "provider": provider}, **headers)


def once(user_id: int, key: str, act: Callable[[Claim], Answer], body: object = "body") -> Answer:
    return answer_once(user_id=user_id, operation="test", key=key, body=body, act=act)


@pytest.mark.parametrize("key", [None, "", " ", "x" * 256, "naïve"])
def test_a_missing_or_unreadable_key_is_400_and_moves_nothing(key: str | None, payer: ApiClient, job: Job) -> None:
    answer = pay(payer, job, key)

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_invalid")
    assert not Payment.objects.exists()


def test_the_same_key_and_body_get_the_same_answer_byte_for_byte(payer: ApiClient, job: Job) -> None:
    key = new_key()

    first, second = pay(payer, job, key), pay(payer, job, key)

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert (first.headers.get("Idempotent-Replayed"), second.headers.get("Idempotent-Replayed")) == (None, "true")
    assert Payment.objects.count() == 1


def test_the_same_body_in_another_order_is_the_same_body(payer: ApiClient, job: Job) -> None:
    key = new_key()
    first = pay(payer, job, key)

    reordered = json.dumps({"provider": "wallet", "job_id": job.pk}, indent=2)
    second = payer.client.post(
        "/api/payments",
        reordered,
        content_type="application/json",
        headers={"Authorization": f"Bearer {payer.token}", "Idempotency-Key": key},
    )

    assert second.content == first.content


def test_another_body_with_the_key_is_422_and_moves_nothing(payer: ApiClient, job: Job) -> None:
    key = new_key()
    pay(payer, job, key)
    posted = LedgerTransaction.objects.count()

    answer = pay(payer, job, key, provider="paystack")

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert LedgerTransaction.objects.count() == posted


def test_two_people_may_choose_the_same_key(payer: ApiClient, job: Job, emeka: CustomUser) -> None:
    key = new_key()
    pay(payer, job, key)

    assert pay(ApiClient(emeka), job, key).status_code == 404


def test_a_business_refusal_is_stored_and_given_again(payer: ApiClient, job: Job) -> None:
    pay(payer, job, new_key())
    key = new_key()
    refused = pay(payer, job, key)
    Job.objects.filter(pk=job.pk).update(status="pending", price_wage_kobo=job.price_wage_kobo + 1_000)

    again = pay(payer, job, key)
    with_a_new_key = pay(payer, job, new_key())

    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_to_pay")
    assert {**again.json(), "request_id": ""} == {**refused.json(), "request_id": ""}
    assert again.headers["Idempotent-Replayed"] == "true"
    assert with_a_new_key.status_code == 201


def test_p3_of_32_parallel_uses_of_one_key_one_wins(payer: ApiClient, job: Job) -> None:
    key = new_key()

    answers = race(*[lambda: pay(payer, job, key)] * 32)

    statuses = {answer.status_code for answer in answers}  # type: ignore[union-attr]
    bodies = {answer.content for answer in answers if answer.status_code == 201}  # type: ignore[union-attr]
    assert statuses <= {201, 409}
    assert len(bodies) == 1
    assert Payment.objects.count() == 1
    assert balance_of(wallet_account(job.client_id)) == 2 * job.price_kobo


def test_control_without_the_lock_and_the_constraint_a_key_has_several_winners(chidi: CustomUser) -> None:
    """What `answer_once` would be as a read and a write, with everybody between the two at once."""
    all_have_read = Barrier(8)

    def unguarded() -> bool:
        if IdempotencyKey.objects.filter(user=chidi, operation="test", key="one").exists():
            return False
        all_have_read.wait(timeout=30)
        IdempotencyKey.objects.create(user=chidi, operation="test", key="one", body_hash="x", created_at=clock.now())
        return True

    with without_constraint("payment_idempotencykey", "payment_idempotencykey_once"):
        winners = race(*[unguarded] * 8).count(True)

    assert winners == 8


def test_a_key_still_in_flight_is_409(chidi: CustomUser) -> None:
    inside: list[type[Exception]] = []

    def act(claim: Claim) -> Answer:
        inside.extend(errors_of(race(lambda: once(chidi.pk, "slow", act))))
        return Answer(201, b"{}")

    once(chidi.pk, "slow", act)

    assert inside == [IdempotencyKeyInFlight]


def test_a_call_that_died_after_its_intent_is_resumed_by_its_resource(chidi: CustomUser) -> None:
    def dies(claim: Claim) -> Answer:
        with transaction.atomic():
            claim.commit_with("pay-1")
        raise KeyboardInterrupt

    resumed: list[str] = []

    def resumes(claim: Claim) -> Answer:
        resumed.append(claim.resource)
        return Answer(201, b'{"a":1}')

    with pytest.raises(KeyboardInterrupt):
        once(chidi.pk, "killed", dies)
    once(chidi.pk, "killed", resumes)
    replayed = once(chidi.pk, "killed", dies)

    assert resumed == ["pay-1"]
    assert replayed == Answer(201, b'{"a":1}', replayed=True)


def test_the_key_row_is_gone_when_the_intent_rolls_back(chidi: CustomUser) -> None:
    def rolls_back(claim: Claim) -> Answer:
        with transaction.atomic():
            claim.commit_with("pay-1")
            raise Unavailable

    with pytest.raises(Unavailable):
        once(chidi.pk, "rolled", rolls_back)

    assert not IdempotencyKey.objects.exists()


def test_the_key_commits_with_its_intent_or_not_at_all(chidi: CustomUser) -> None:
    def outside(claim: Claim) -> Answer:
        claim.commit_with("pay-1")
        return Answer(201, b"{}")

    with pytest.raises(RuntimeError, match="inside the intent's transaction"):
        once(chidi.pk, "outside", outside)


def test_refusals_keep_their_code_and_words(chidi: CustomUser) -> None:
    def refuses(claim: Claim) -> Answer:
        raise Conflict("No.")

    with pytest.raises(Conflict):
        once(chidi.pk, "refused", refuses)
    with pytest.raises(StoredRefusal) as again:
        once(chidi.pk, "refused", refuses)

    assert (again.value.status, again.value.code, again.value.detail) == (409, "conflict", "No.")
    with pytest.raises(IdempotencyKeyReused):
        once(chidi.pk, "refused", refuses, body="another")


@pytest.mark.parametrize("refusal", [Unprocessable, TooManyRequests, Unauthenticated, Unavailable])
def test_what_says_nothing_about_the_next_try_is_not_stored(refusal: type[PayshiftError], chidi: CustomUser) -> None:
    def refuses(claim: Claim) -> Answer:
        raise refusal

    with pytest.raises(PayshiftError):
        once(chidi.pk, "refused", refuses)

    assert not IdempotencyKey.objects.exists()
    assert once(chidi.pk, "refused", lambda claim: Answer(201, b"{}"), body="another") == Answer(201, b"{}")


def test_passwords_in_a_body_are_not_stored(payer: ApiClient, chidi: CustomUser) -> None:
    payer.post("/wallet/withdrawals", {"amount_kobo": 10_000, "password": "secret words"}, Idempotency_Key=new_key())

    row = IdempotencyKey.objects.get()
    assert len(row.body_hash) == 64
    assert b"secret words" not in bytes(row.response_body or b"")
