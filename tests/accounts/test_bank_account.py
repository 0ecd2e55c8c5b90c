"""GET /get-account-details, PUT /account-details and GET /banks: the bank says whose account it is."""

import logging
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection

from accounts.models import BankAccount, CustomUser, OTPPurpose
from accounts.ports import BANK_DIRECTORY
from accounts.services.bank_accounts import names_agree
from accounts.services.codes import issue_code
from core import clock
from core.queries import count_queries
from tests.accounts.conftest import Api, problem
from tests.factories.accounts import PASSWORD, BankAccountFactory, UserFactory
from tests.support.gateway import Gateway
from tests.support.notices import told

pytestmark = pytest.mark.django_db

GTB = "058"
NUMBER = "0123456789"


@pytest.fixture
def ngozi() -> CustomUser:
    user: CustomUser = UserFactory.create(
        email="ngozi@example.com", first_name="Ngozi", last_name="Eze", password=PASSWORD
    )
    return user


@pytest.fixture
def bank(gateway: Gateway) -> Gateway:
    """Ngozi has an account, and so has a relative."""
    gateway.register_account(bank_code=GTB, account_number=NUMBER, account_name="EZE NGOZI ADAOBI")
    gateway.register_account(bank_code=GTB, account_number="1111111111", account_name="EZE CHUKWUEMEKA")
    return gateway


def put(api: Api, user: CustomUser, **changes: Any) -> Any:
    proof = {} if changes.keys() & {"password", "code"} else {"password": PASSWORD}
    return api(user).put("/account-details", {"bank_code": GTB, "account_number": NUMBER, **proof, **changes})


def test_account_is_taken_as_the_bank_names_it_and_masked(api: Api, ngozi: CustomUser, bank: Gateway) -> None:
    with time_machine.travel(clock.now(), tick=False):
        response = put(api, ngozi)
        moment = clock.now()

    shown = moment.isoformat().replace("+00:00", "Z")
    assert response.status_code == 200
    assert response.json() == {
        "bank_code": GTB,
        "bank_name": "Guaranty Trust Bank",
        "account_number": "******6789",
        "account_name": "EZE NGOZI ADAOBI",
        "verified_at": shown,
        "changed_at": shown,
    }
    assert api(ngozi).get("/get-account-details").json() == response.json()
    account = BankAccount.objects.get()
    assert (account.user_id, account.account_number, account.changed_at) == (ngozi.pk, NUMBER, moment)
    (notice,) = told()
    assert (notice.user_id, notice.kind) == (ngozi.pk, "bank_account_changed")
    assert "Guaranty Trust Bank ******6789" in notice.body


def test_number_stands_in_no_log(api: Api, ngozi: CustomUser, bank: Gateway, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        put(api, ngozi)
        api(ngozi).get("/get-account-details")

    assert NUMBER not in caplog.text


def test_account_of_somebody_else_is_refused(api: Api, ngozi: CustomUser, bank: Gateway) -> None:
    response = put(api, ngozi, account_number="1111111111")

    assert problem(response) == (422, "account_name_mismatch")
    # It says what differs and what to do, and accuses nobody.
    assert response.json()["detail"] == (
        "The bank has this account under another name than your profile. "
        "Check the number, or write your name as the bank has it."
    )
    assert "CHUKWUEMEKA" not in response.content.decode()
    assert not BankAccount.objects.exists()


@pytest.mark.parametrize(
    "changes", [{"account_number": "9999000001"}, {"bank_code": "999"}], ids=["no account", "no bank"]
)
def test_account_that_the_bank_does_not_know_is_refused(
    api: Api, ngozi: CustomUser, bank: Gateway, changes: dict[str, str]
) -> None:
    assert problem(put(api, ngozi, **changes)) == (422, "bank_account_not_found")
    assert not BankAccount.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"account_number": "012345678"},
        {"account_number": "01234567890"},
        {"account_number": 1234567890},
        {"account_number": "٠١٢٣٤٥٦٧٨٩"},
        {"bank_code": ""},
        {"bank_code": "../banks"},
        {"account_name": "EZE NGOZI"},
        {"password": 5},
        {"code": "12345"},
    ],
)
def test_bad_form_is_refused(api: Api, ngozi: CustomUser, changes: dict[str, Any]) -> None:
    assert problem(put(api, ngozi, **changes)) == (422, "invalid_input")
    assert not BankAccount.objects.exists()


@pytest.mark.parametrize("old_number", [None, "2222222222"], ids=["the first account", "another one"])
class TestProof:
    @pytest.fixture(autouse=True)
    def _old_account(self, ngozi: CustomUser, old_number: str | None) -> None:
        if old_number is not None:
            BankAccountFactory.create(user=ngozi, account_number=old_number)

    @pytest.mark.parametrize(
        ("proof", "refusal"),
        [
            ({"password": None}, (422, "invalid_input")),
            ({"password": ""}, (422, "invalid_input")),
            ({"password": PASSWORD, "code": "000000"}, (422, "invalid_input")),
            ({"password": "wrong"}, (403, "identity_not_confirmed")),
            ({"code": "000000"}, (422, "invalid_code")),
        ],
    )
    def test_without_it_a_stolen_access_token_sets_no_account(
        self,
        api: Api,
        ngozi: CustomUser,
        bank: Gateway,
        old_number: str | None,
        proof: dict[str, str | None],
        refusal: tuple[int, str],
    ) -> None:
        assert problem(put(api, ngozi, **proof)) == refusal

        assert list(BankAccount.objects.values_list("account_number", flat=True)) == [old_number] * bool(old_number)
        assert told() == []

    def test_code_for_another_purpose_is_none(self, api: Api, ngozi: CustomUser, bank: Gateway) -> None:
        issued = issue_code(user=ngozi, purpose=OTPPurpose.RESET_PASSWORD, sent_to=ngozi.email)
        assert issued is not None

        assert problem(put(api, ngozi, code=issued[1])) == (422, "invalid_code")
        assert not BankAccount.objects.filter(account_number=NUMBER).exists()

    def test_with_the_password_starts_the_hold(self, api: Api, ngozi: CustomUser, bank: Gateway) -> None:
        assert put(api, ngozi, password=PASSWORD).status_code == 200

        account = BankAccount.objects.get()
        assert account.account_number == NUMBER
        assert clock.now() - account.changed_at < timedelta(minutes=1)

    def test_with_a_fresh_code_works_once(self, api: Api, ngozi: CustomUser, bank: Gateway) -> None:
        issued = issue_code(user=ngozi, purpose=OTPPurpose.CONFIRM_IDENTITY, sent_to=ngozi.email)
        assert issued is not None

        assert put(api, ngozi, code=issued[1]).status_code == 200
        assert problem(put(api, ngozi, code=issued[1])) == (422, "invalid_code")


def test_enquiries_are_throttled(api: Api, ngozi: CustomUser, bank: Gateway) -> None:
    """Otherwise they would tell whose account a number is."""
    answers = [problem(put(api, ngozi, account_number="1111111111")) for _ in range(6)]

    assert answers == [(422, "account_name_mismatch")] * 5 + [(429, "too_many_requests")]


def test_bank_that_does_not_answer_changes_nothing(api: Api, ngozi: CustomUser, bank: Gateway) -> None:
    api(ngozi).get("/banks")
    bank.fault("drop_request", operation="resolve", times=5)

    response = put(api, ngozi)

    assert response.status_code == 503
    assert not BankAccount.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_bank_is_asked_with_no_transaction_open(api: Api, ngozi: CustomUser, bank: Gateway) -> None:
    directory = BANK_DIRECTORY.get()
    open_while_asking: list[bool] = []

    class Watching:
        def banks(self) -> Any:
            open_while_asking.append(connection.in_atomic_block)
            return directory.banks()

        def resolve_account_name(self, **asked: str) -> str:
            open_while_asking.append(connection.in_atomic_block)
            return directory.resolve_account_name(**asked)

    BANK_DIRECTORY.bind(Watching())
    try:
        assert put(api, ngozi).status_code == 200
    finally:
        BANK_DIRECTORY.bind(directory)

    assert open_while_asking == [False, False]


def test_details_before_any_were_set_are_not_found(api: Api, ngozi: CustomUser) -> None:
    assert problem(api(ngozi).get("/get-account-details")) == (404, "not_found")


@pytest.mark.django_db(transaction=True)
def test_details_run_two_queries_then_none_and_are_current_after_a_change(
    api: Api, ngozi: CustomUser, bank: Gateway
) -> None:
    BankAccountFactory.create(user=ngozi, account_number="2222222222")
    client = api(ngozi)

    with count_queries(statements=True) as miss:
        client.get("/get-account-details")
    with count_queries(statements=True) as hit:
        client.get("/get-account-details")

    # The token's device, the account; then both come from Redis.
    assert (miss.count, hit.count) == (2, 0), (miss.statements, hit.statements)
    put(api, ngozi)
    assert client.get("/get-account-details").json()["account_number"] == "******6789"


@pytest.mark.django_db(transaction=True)
def test_p1_nobody_gets_somebody_elses_details_from_the_cache(api: Api, ngozi: CustomUser, wale: CustomUser) -> None:
    BankAccountFactory.create(user=ngozi)
    api(ngozi).get("/get-account-details")

    assert problem(api(wale).get("/get-account-details")) == (404, "not_found")


def test_banks_are_listed_by_code_and_name(api: Api, ngozi: CustomUser, bank: Gateway) -> None:
    body = api(ngozi).get("/banks").json()

    assert {"code": GTB, "name": "Guaranty Trust Bank"} in body["items"]
    assert all(set(item) == {"code", "name"} for item in body["items"])


@pytest.mark.parametrize(
    ("first", "last", "holder", "agrees"),
    [
        ("Ngozi", "Eze", "EZE NGOZI", True),
        ("Ngozi", "Eze", "Ngozi Adaobi Eze", True),
        ("Ngozi Adaobi", "Eze", "EZE NGOZI", True),
        ("Ṣadé", "Bákàrè", "BAKARE SADE", True),
        ("Mary-Jane", "O'Neil", "ONEIL MARY JANE", True),
        ("Ngozi", "Eze-Okafor", "OKAFOR NGOZI", True),
        ("Ngozi", "Eze", "EZE, NGOZI (MRS.)", True),
        ("Ngozi", "Eze", "EZE CHUKWUEMEKA", False),
        ("Ngozi", "Eze", "NGOZI OKAFOR", False),
        ("Mary Jane", "Eze", "MARY JANE OKAFOR", False),
        ("Ngozi", "Eze", "EZENWA NGOZIKA", False),
        # Hooked letters, and names written together or apart.
        ("Ɗanladi", "Ƙasimu", "DANLADI KASIMU", True),
        ("Ɗanladi", "Ƴaradua", "YARADUA DANLADI", True),
        ("Søren", "Łukasz", "SOREN LUKASZ", True),
        ("Ade-Ola", "Okon", "ADEOLA OKON", True),
        ("Adeola", "Okon", "OKON ADE-OLA", True),
        ("Ngozi", "Nwa Chukwu", "NWACHUKWU NGOZI", True),
        ("Ngozi", "Nwachukwu", "NGOZI NWA CHUKWU", True),
        ("Musa", "Musa", "MUSA IBRAHIM MUSA", True),
        # Each name in a place of its own.
        ("Musa", "Musa", "MUSA IBRAHIM", False),
        ("Wale", "Adebayo", "BOLA ADEBAYO", False),
        # A name of one letter is one, an initial for a longer name is not.
        ("N", "Eze", "N EZE", True),
        ("N", "Eze", "NGOZI EZE", False),
        ("Ngozi A", "Eze", "ADA EZE", False),
        ("Ngozi A", "Eze", "EZE A", False),
        # One name, and no other at the bank.
        ("Suharto", "", "SUHARTO", True),
        ("Nwa Chukwu", "", "NWACHUKWU", True),
        ("Ngozi", "", "NGOZI EZE", False),
        ("", "", "", False),
        # A business is somebody else, whoever it is named after; a word of one's own name is no sign of one.
        ("Ngozi", "Eze", "NGOZI EZE VENTURES", False),
        ("Ngozi", "Eze", "EZE NGOZI & SONS NIG. LTD", False),
        ("Ngozi", "", "NGOZI ENTERPRISES", False),
        ("Ngozi", "Limited", "LIMITED NGOZI", True),
    ],
)
def test_names_agree_in_any_order_case_and_accent(first: str, last: str, holder: str, agrees: bool) -> None:
    assert names_agree(first_name=first, last_name=last, holder=holder) is agrees


class TestLookUp:
    def test_own_account_is_named_before_it_is_set(self, api: Api, ngozi: CustomUser, bank: Gateway) -> None:
        answer = api(ngozi).post("/account-details/lookup", {"bank_code": GTB, "account_number": NUMBER})

        assert answer.json() == {
            "bank_name": "Guaranty Trust Bank",
            "account_name": "EZE NGOZI ADAOBI",
            "is_yours": True,
        }
        assert not BankAccount.objects.exists()

    def test_holder_of_anothers_account_is_not_named(self, api: Api, ngozi: CustomUser, bank: Gateway) -> None:
        answer = api(ngozi).post("/account-details/lookup", {"bank_code": GTB, "account_number": "1111111111"})

        assert answer.json() == {"bank_name": "Guaranty Trust Bank", "account_name": "", "is_yours": False}

    @pytest.mark.parametrize("asked", [{"account_number": "9999222222"}, {"bank_code": "999"}])
    def test_unknown_account_is_refused(
        self, api: Api, ngozi: CustomUser, bank: Gateway, asked: dict[str, str]
    ) -> None:
        sent = {"bank_code": GTB, "account_number": NUMBER, **asked}

        assert problem(api(ngozi).post("/account-details/lookup", sent)) == (422, "bank_account_not_found")


class TestNewName:
    """The account is in the person's name for as long as withdrawals go to it."""

    @pytest.fixture
    def saved(self, ngozi: CustomUser) -> BankAccount:
        account: BankAccount = BankAccountFactory.create(user=ngozi, account_name="EZE NGOZI ADAOBI")
        return account

    def rename(self, api: Api, user: CustomUser, **changes: str) -> Any:
        return api(user).patch("/me", changes)

    def test_without_a_proof_the_name_stays(self, api: Api, ngozi: CustomUser, saved: BankAccount) -> None:
        answers = [
            self.rename(api, ngozi, first_name="Emeka"),
            self.rename(api, ngozi, last_name="Smith", password="wrong wrong wrong"),
            self.rename(api, ngozi, first_name="Emeka", bio="Waiter.", code="000000"),
        ]

        assert [answer.json()["code"] for answer in answers] == [
            *("identity_not_confirmed", "identity_not_confirmed", "invalid_code")
        ]
        ngozi.refresh_from_db()
        saved.refresh_from_db()
        assert (ngozi.name, ngozi.profile.bio, saved.verified_at is None) == ("Ngozi Eze", "", False)

    def test_same_name_and_all_else_need_none(self, api: Api, ngozi: CustomUser) -> None:
        answer = self.rename(api, ngozi, first_name="Ngozi", last_name="Eze", bio="Waiter.")

        assert (answer.status_code, answer.json()["bio"]) == (200, "Waiter.")

    @pytest.mark.parametrize(
        ("changes", "stays"), [({"last_name": "Smith"}, False), ({"first_name": "Adaobi"}, True)], ids=["mule", "own"]
    )
    def test_account_in_another_name_must_be_set_again(
        self, api: Api, ngozi: CustomUser, bank: Gateway, saved: BankAccount, changes: dict[str, str], stays: bool
    ) -> None:
        assert api(ngozi).get("/get-account-details").json()["verified_at"] is not None

        assert self.rename(api, ngozi, **changes, password=PASSWORD).status_code == 200

        assert (api(ngozi).get("/get-account-details").json()["verified_at"] is not None) is stays
        assert self.rename(api, ngozi, first_name="Ngozi", last_name="Eze", password=PASSWORD).status_code == 200
        # Back in the old name it is not trusted again by itself.
        assert (api(ngozi).get("/get-account-details").json()["verified_at"] is not None) is stays
        assert put(api, ngozi).json()["verified_at"] is not None

    def test_name_that_changed_while_the_bank_was_asked_is_the_one_compared(
        self, api: Api, ngozi: CustomUser, bank: Gateway
    ) -> None:
        directory = BANK_DIRECTORY.get()

        class SlowBank:
            def banks(self) -> Any:
                return directory.banks()

            def resolve_account_name(self, *, bank_code: str, account_number: str) -> str:
                CustomUser.objects.filter(pk=ngozi.pk).update(last_name="Smith")
                return directory.resolve_account_name(bank_code=bank_code, account_number=account_number)

        BANK_DIRECTORY.bind(SlowBank())
        try:
            refused = put(api, ngozi)
        finally:
            BANK_DIRECTORY.bind(directory)

        assert problem(refused) == (422, "account_name_mismatch")
        assert not BankAccount.objects.exists()
