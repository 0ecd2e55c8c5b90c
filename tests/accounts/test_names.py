"""Nobody calls themselves staff."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import CustomUser
from accounts.names import own_name, own_username, refuse_posing
from tests.accounts.conftest import Api
from tests.factories.accounts import PASSWORD, UserFactory
from tests.support.api_client import ApiClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def ngozi() -> CustomUser:
    user: CustomUser = UserFactory(first_name="Ngozi", last_name="Eze", password=PASSWORD)
    return user


@pytest.mark.parametrize(
    "posing",
    ["admin", "Admin_1", "4dmin", "supp0rt", "s.t.a.f.f", "payshift", "pay5hift_help", "the.Payshift.team", "Help2026"],
)
def test_username_that_reads_like_an_office_is_refused(api: Api, wale: CustomUser, posing: str) -> None:
    answer = api(wale).patch("/me", {"username": posing})

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["username"]
    wale.refresh_from_db()
    assert wale.username is None


@pytest.mark.parametrize("plain", ["wale", "Supportive", "badminton_1", "ade.team.lead", "stafford", "w4le"])
def test_other_usernames_are_taken(plain: str) -> None:
    assert own_username(plain) == plain


@pytest.mark.parametrize(
    "posing",
    [
        *("Payshift", "Pay Shift", "PAY-SHIFT support", "P.a.y.s.h.i.f.t", "Paysh1ft", "Páyshíft", "Payshıft"),
        # A joiner, full width, small capitals, and letters of one other alphabet throughout.
        *("Pay\u200dshift", "Ｐａｙｓｈｉｆｔ", "ᴘᴀʏꜱʜɪꜰᴛ", "Рауѕһіғт"),
    ],
)
def test_name_that_is_ours_is_refused(posing: str) -> None:
    with pytest.raises(ValueError, match="staff"):
        own_name(posing)


@pytest.mark.parametrize("posing", ["Рayshift", "Сhidi", "Αda", "Adа"])
def test_word_of_two_alphabets_is_refused(posing: str) -> None:
    with pytest.raises(ValueError, match=r"staff|alphabet"):
        own_name(posing)


@pytest.mark.parametrize(
    "unseen",
    ["\u200b", "\u200d", "\u3164", "\u2800", "\u115f", "\uffa0", "\u034f", "\u2060 \ufe0f", "A\u202eda", "\u200fAda"],
)
def test_name_that_is_not_there_or_turns_the_line_is_refused(unseen: str) -> None:
    with pytest.raises(ValueError, match=r"seen|direction"):
        own_name(unseen)


@pytest.mark.parametrize(
    ("first_name", "last_name"),
    [
        *(("Admin", ""), ("Support", "Team"), ("Customer", "Care"), ("Pay", "Shift"), ("Ada", "Payshift")),
        *(("Help", "Desk"), ("Officiаl", "Support"), ("S\u00fapport", ""), ("Supp0rt", "4gent")),
    ],
)
def test_whole_name_of_an_office_is_refused_at_sign_up_and_afterwards(
    first_name: str, last_name: str, api: Api, ngozi: CustomUser, anonymous_api: ApiClient
) -> None:
    names = {"first_name": first_name, "last_name": last_name}
    sign_up = {"email": "new@example.com", "password": PASSWORD, "role": "client", **names}

    answers = [
        anonymous_api.post("/auth/signup", sign_up),
        api(ngozi).patch("/me", {**names, "password": PASSWORD}),
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert all(error["field"] in names for answer in answers for error in answer.json()["errors"])
    ngozi.refresh_from_db()
    assert ngozi.name == "Ngozi Eze"
    assert not CustomUser.objects.filter(email="new@example.com").exists()


def test_name_that_becomes_an_office_s_in_two_steps_is_refused(api: Api, ngozi: CustomUser) -> None:
    proof = {"password": PASSWORD}
    first = api(ngozi).patch("/me", {"first_name": "Support", **proof})
    second = api(ngozi).patch("/me", {"last_name": "Team", **proof})

    assert (first.status_code, second.status_code) == (200, 422)


def test_names_of_people_are_taken() -> None:
    refuse_posing(first_name="Joe", last_name="Root")
    refuse_posing(first_name="Support", last_name="Okafor")
    refuse_posing(first_name="...", last_name="")
    for name in (
        "Адаезе",
        "Ng\u02bcozi",
        "さくら子",
        "Ọláyínká",
        "Ngozi-Ada",
        "O'Brien",
        "Help",
        "Chidi \u2018CJ\u2019",
    ):
        assert own_name(name) == name


class TestNamedByStaff:
    """In admin, where somebody else writes what a person is called."""

    @pytest.fixture
    def office(self, bisi: CustomUser) -> Client:
        client = Client()
        client.force_login(bisi)
        return client

    @staticmethod
    def write(office: Client, user: CustomUser, **names: str) -> HttpResponse:
        fields = {name: getattr(user, name) or "" for name in ("email", "username", "first_name", "last_name", "role")}
        inline = {"profile-TOTAL_FORMS": 0, "profile-INITIAL_FORMS": 0}
        address = reverse("admin:accounts_customuser_change", args=[user.pk])
        answer: HttpResponse = office.post(address, {**fields, **names, **inline})  # type: ignore[assignment]
        return answer

    @pytest.mark.parametrize(
        ("names", "field"),
        [
            ({"first_name": "Payshift"}, "first_name"),
            ({"last_name": "Рауѕһіғт"}, "last_name"),
            ({"first_name": "Support", "last_name": "Team"}, "first_name"),
            # Of two alphabets, of nothing to be seen, and of nothing.
            ({"first_name": "Сhidi"}, "first_name"),
            ({"first_name": "\u3164"}, "first_name"),
            ({"first_name": " "}, "first_name"),
            ({"username": "supp0rt"}, "username"),
        ],
    )
    def test_name_that_nobody_may_take_is_given_to_nobody(
        self, names: dict[str, str], field: str, office: Client, ngozi: CustomUser
    ) -> None:
        changed = self.write(office, ngozi, **names)
        new = {"email": "new@example.com", "role": "client", "first_name": "Ada", "last_name": "Eze", **names}
        added = office.post(reverse("admin:accounts_customuser_add"), new) if "username" not in names else None

        for answer in filter(None, (changed, added)):
            assert answer.status_code == 200
            assert list(answer.context["adminform"].form.errors) == [field]  # type: ignore[attr-defined]
        ngozi.refresh_from_db()
        assert (ngozi.name, ngozi.username) == ("Ngozi Eze", None)
        assert not CustomUser.objects.filter(email="new@example.com").exists()

    def test_staff_may_have_the_name_of_an_office_and_lose_it_with_the_role(
        self, office: Client, ngozi: CustomUser
    ) -> None:
        names = {"first_name": "Payshift", "last_name": "Support"}
        assert self.write(office, ngozi, **names, role="admin").status_code == 302
        ngozi.refresh_from_db()
        assert ngozi.name == "Payshift Support"

        assert self.write(office, ngozi, role="client").status_code == 200
        # A word of two alphabets deceives also when staff have it.
        assert self.write(office, ngozi, first_name="Рayshift").status_code == 200
        ngozi.refresh_from_db()
        assert (ngozi.name, ngozi.role) == ("Payshift Support", "admin")

    def test_name_from_before_the_rule_is_left_alone(self, office: Client, ngozi: CustomUser) -> None:
        CustomUser.objects.filter(pk=ngozi.pk).update(first_name="Payshift")
        ngozi.refresh_from_db()

        assert self.write(office, ngozi, email="moved@example.com").status_code == 302
