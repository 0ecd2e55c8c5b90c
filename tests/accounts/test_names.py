"""Nobody calls themselves staff."""

import pytest

from accounts.models import CustomUser
from accounts.names import own_name, own_username
from tests.accounts.conftest import Api

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize("posing", ["Payshift", "Pay Shift", "PAY-SHIFT support", "P.a.y.s.h.i.f.t"])
def test_name_that_is_ours_is_refused(posing: str) -> None:
    with pytest.raises(ValueError, match="staff"):
        own_name(posing)


def test_names_of_people_are_taken() -> None:
    for name in ("Ọláyínká", "Ngozi-Ada", "O'Brien", "Help", "Chidi \u2018CJ\u2019"):
        assert own_name(name) == name
