"""Staff in admin: find a person, ban and unban, make staff; nobody sees a secret, nobody gives rights they lack."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import (
    OTP,
    BankAccount,
    CustomUser,
    Device,
    Notification,
    NotificationPreference,
    OTPPurpose,
    Profile,
    RecoveryCode,
    SecondFactor,
)
from accounts.services.banning import ban_user, unban_user
from accounts.services.codes import issue_code
from core import clock
from core.actor import Role
from core.errors import Forbidden
from core.queries import count_queries
from tests.accounts.conftest import Api, Mails, problem
from tests.factories.accounts import (
    PASSWORD,
    BankAccountFactory,
    DeviceFactory,
    NotificationFactory,
    NotificationPreferenceFactory,
    OTPFactory,
    RecoveryCodeFactory,
    SecondFactorFactory,
    UserFactory,
)
from tests.support.staff_pages import act_on_list

pytestmark = pytest.mark.django_db

MODELS = [
    CustomUser,
    Profile,
    Device,
    OTP,
    BankAccount,
    Notification,
    NotificationPreference,
    SecondFactor,
    RecoveryCode,
]
FACTORIES: dict[type, Callable[..., Any]] = {
    CustomUser: UserFactory,
    Profile: lambda: UserFactory().profile,
    Device: DeviceFactory,
    OTP: OTPFactory,
    BankAccount: BankAccountFactory,
    Notification: NotificationFactory,
    NotificationPreference: NotificationPreferenceFactory,
    SecondFactor: SecondFactorFactory,
    RecoveryCode: RecoveryCodeFactory,
}


def page(model: type[Any], name: str = "changelist", *arguments: int) -> str:
    return reverse(f"admin:accounts_{model._meta.model_name}_{name}", args=arguments)


def enter(user: CustomUser) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def office(bisi: CustomUser) -> Client:
    return enter(bisi)


@pytest.fixture
def uche() -> CustomUser:
    """Staff who may change people, but no superuser."""
    user: CustomUser = UserFactory.create(email="uche@example.com", role=Role.ADMIN)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    return user


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_list_costs_the_same_for_one_row_and_for_five(office: Client, model: type[Any]) -> None:
    FACTORIES[model]()
    office.get(page(model))
    with count_queries(statements=True) as one:
        assert office.get(page(model)).status_code == 200
    for _ in range(4):
        FACTORIES[model]()
    with count_queries(statements=True) as five:
        assert office.get(page(model)).status_code == 200

    assert five.count == one.count, five.statements


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_search_and_page_of_one_row_open(office: Client, model: type[Any]) -> None:
    row = FACTORIES[model]()

    assert office.get(page(model), {"q": "okafor"}).status_code == 200
    assert office.get(page(model, "change", row.pk)).status_code == 200


@pytest.mark.parametrize("model", [m for m in MODELS if m is not CustomUser], ids=lambda model: model.__name__)
def test_what_services_write_is_only_looked_at(office: Client, model: type[Any]) -> None:
    row = FACTORIES[model]()

    assert office.get(page(model, "add")).status_code == 403
    assert office.post(page(model, "change", row.pk), {}).status_code == 403
    assert office.post(page(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=row.pk).exists()


def test_secrets_are_not_shown(office: Client, wale: CustomUser) -> None:
    issued = issue_code(user=wale, purpose=OTPPurpose.RESET_PASSWORD, sent_to=wale.email)
    assert issued is not None
    otp, code = issued
    device = DeviceFactory.create(user=wale)
    account = BankAccountFactory.create(user=wale, account_number="0123456789")

    shown = "".join(
        office.get(url).content.decode()
        for url in (
            page(OTP),
            page(OTP, "change", otp.pk),
            page(Device, "change", device.pk),
            page(BankAccount),
            page(BankAccount, "change", account.pk),
        )
    )

    for secret in (code, "hmac", "sha256", "0123456789"):
        assert secret not in shown
    assert "******6789" in shown


def test_people_are_found_by_mail_name_and_phone(office: Client, wale: CustomUser, ada: CustomUser) -> None:
    Profile.objects.filter(user=wale).update(phone="+2348031234567")

    for words in ("wale@", "adeyemi", "8031234567"):
        found = office.get(page(CustomUser), {"q": words}).context["cl"].result_list
        assert [user.pk for user in found] == [wale.pk]


def test_ban_acts_at_once_and_unban_opens_again(office: Client, api: Api, wale: CustomUser) -> None:
    client = api(wale)
    assert client.get("/me").status_code == 200

    answer = act_on_list(office, CustomUser, "ban", wale)

    assert [str(message) for message in answer.context["messages"]] == [
        "Wale Adeyemi, wale@example.com: banned. Is active: yes → no"
    ]
    assert problem(client.get("/me")) == (401, "unauthenticated")
    wale.refresh_from_db()
    assert (wale.is_active, wale.banned_at is None) == (False, False)

    act_on_list(office, CustomUser, "unban", wale)

    wale.refresh_from_db()
    assert (wale.is_active, wale.banned_at) == (True, None)
    # The old tokens stay ended: whoever comes back logs in.
    assert problem(client.get("/me")) == (401, "unauthenticated")


def test_ban_twice_keeps_the_first_moment(wale: CustomUser) -> None:
    first = ban_user(user_id=wale.pk, staff_id=0).banned_at

    assert ban_user(user_id=wale.pk, staff_id=0).banned_at == first


def test_unban_of_a_deleted_account_does_not_open_it() -> None:
    gone = UserFactory.create(is_active=False)

    assert unban_user(user_id=gone.pk).is_active is False


def test_nobody_bans_themselves(office: Client, bisi: CustomUser) -> None:
    with pytest.raises(Forbidden):
        ban_user(user_id=bisi.pk, staff_id=bisi.pk)
    answer = act_on_list(office, CustomUser, "ban", bisi)

    assert (answer.status_code, answer.context["form"].non_field_errors()) == (422, ["You cannot ban yourself."])
    bisi.refresh_from_db()
    assert bisi.is_active


@pytest.mark.parametrize("is_superuser", [True, False])
def test_ordinary_staff_do_not_touch_other_staff(uche: CustomUser, bisi: CustomUser, is_superuser: bool) -> None:
    """Whoever sets their password or e-mail logs in as them, with all their rights."""
    CustomUser.objects.filter(pk=bisi.pk).update(is_superuser=is_superuser)
    client = enter(uche)

    act_on_list(client, CustomUser, "ban", bisi)

    assert client.post(page(CustomUser, "change", bisi.pk), {"email": "mine@example.com"}).status_code == 403
    bisi.refresh_from_db()
    assert (bisi.is_active, bisi.email) == (True, "bisi@example.com")


@pytest.mark.django_db(transaction=True)
def test_changed_email_voids_the_codes_that_went_to_the_old_one_and_tells_it(
    office: Client, wale: CustomUser, mails_to: Mails
) -> None:
    issue_code(user=wale, purpose=OTPPurpose.RESET_PASSWORD, sent_to=wale.email)
    form = {"email": "new@example.com", "first_name": "Wale", "last_name": "Adeyemi", "role": "applicant"}

    answer = office.post(page(CustomUser, "change", wale.pk), form | {"username": ""} | profile_forms(wale))

    assert answer.status_code == 302, answer.context["errors"]
    assert not OTP.objects.filter(is_live=True).exists()
    [message] = mails_to("wale@example.com")
    assert message.subject == "Your Payshift e-mail was changed"


def test_ordinary_staff_do_not_make_staff(uche: CustomUser, wale: CustomUser) -> None:
    form = enter(uche).get(page(CustomUser, "change", wale.pk)).context["adminform"].form

    assert {"role", "is_superuser", "groups", "user_permissions"}.isdisjoint(form.fields)
    add_form = enter(uche).get(page(CustomUser, "add")).context["adminform"].form
    assert "role" not in add_form.fields


def profile_forms(user: CustomUser) -> dict[str, Any]:
    """The inline of a person, unchanged."""
    return {
        "profile-TOTAL_FORMS": 1,
        "profile-INITIAL_FORMS": 1,
        "profile-0-id": user.profile.pk,
        "profile-0-user": user.pk,
        "profile-0-bio": "",
        "profile-0-phone": "",
        "profile-0-location": "",
        "profile-0-latitude": "",
        "profile-0-longitude": "",
        "profile-0-skills": "",
    }


def test_superuser_makes_somebody_staff_and_back(office: Client, wale: CustomUser) -> None:
    for role in (Role.ADMIN, Role.CLIENT):
        form = {"email": wale.email, "first_name": "Wale", "last_name": "Adeyemi", "role": role, "username": ""}

        answer = office.post(page(CustomUser, "change", wale.pk), form | profile_forms(wale))

        assert answer.status_code == 302, answer.context["errors"]
        wale.refresh_from_db()
        assert (wale.role, wale.is_staff, wale.username) == (role, role == Role.ADMIN, None)


def test_superuser_without_the_role_is_refused(office: Client, wale: CustomUser) -> None:
    form = {"email": wale.email, "role": "client", "is_superuser": "on", "username": ""}

    answer = office.post(page(CustomUser, "change", wale.pk), form | profile_forms(wale))

    assert "is_superuser" in answer.context["adminform"].form.errors
    wale.refresh_from_db()
    assert not wale.is_superuser


def test_taken_email_in_another_case_is_refused(office: Client, wale: CustomUser, ada: CustomUser) -> None:
    form = {"email": "ADA@example.com", "role": "applicant", "username": ""}

    answer = office.post(page(CustomUser, "change", wale.pk), form | profile_forms(wale))

    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors


@pytest.mark.django_db(transaction=True)
def test_added_person_has_a_profile_and_a_code_to_choose_a_password_with(office: Client, mails_to: Mails) -> None:
    answer = office.post(
        page(CustomUser, "add"),
        {
            "email": "new@example.com",
            "first_name": "New",
            "last_name": "Person",
            "role": "client",
        },
    )

    assert answer.status_code == 302, answer.context["errors"]
    user = CustomUser.objects.select_related("profile").get(email="new@example.com")
    assert (user.role, user.is_staff, user.email_verified_at is None) == ("client", False, False)
    assert user.profile.joined_at <= clock.now()
    assert not user.has_usable_password()
    assert [mail.subject for mail in mails_to("new@example.com")] == ["Your Payshift code to reset your password"]


def test_nobody_types_the_password_of_somebody_else(office: Client, wale: CustomUser) -> None:
    before = wale.password

    page_of_passwords = office.post(
        f"/admin/accounts/customuser/{wale.pk}/password/", {"password1": PASSWORD, "password2": PASSWORD}
    )
    forms = [office.get(page(CustomUser, *name)).content.decode() for name in (("add",), ("change", wale.pk))]

    wale.refresh_from_db()
    assert wale.password == before
    assert "password/change" in page_of_passwords.headers["Location"]  # taken for the number of a person
    assert ['type="password"' in form for form in forms] == [False, False]


@pytest.mark.django_db(transaction=True)
def test_staff_have_a_code_sent_to_whoever_lost_the_password(office: Client, wale: CustomUser, mails_to: Mails) -> None:
    act_on_list(office, CustomUser, "send_code", wale)

    assert [mail.subject for mail in mails_to(wale.email)] == ["Your Payshift code to reset your password"]
    assert CustomUser.objects.get(pk=wale.pk).password == wale.password


def test_devices_are_ended_by_staff(office: Client, api: Api, wale: CustomUser) -> None:
    here, there = api(wale), api(wale)

    act_on_list(office, Device, "end", there.device)

    assert [client.get("/me").status_code for client in (here, there)] == [200, 401]


def test_staff_log_in_by_email_in_any_case(bisi: CustomUser) -> None:
    bisi.set_password(PASSWORD)
    bisi.save(update_fields=["password"])
    client = Client()

    answer = client.post("/admin/login/?next=/admin/", {"username": "BISI@example.com", "password": PASSWORD})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/")


def test_log_in_without_a_page_to_return_to_leads_to_the_first_page(bisi: CustomUser) -> None:
    bisi.set_password(PASSWORD)
    bisi.save(update_fields=["password"])

    answer = Client().post("/admin/login/", {"username": "bisi@example.com", "password": PASSWORD})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/")


def test_people_who_are_not_staff_stay_out(wale: CustomUser) -> None:
    assert enter(wale).get("/admin/accounts/customuser/").status_code == 302


def test_nobody_deletes_people(office: Client, wale: CustomUser) -> None:
    assert office.post(page(CustomUser, "delete", wale.pk), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in admin.site._registry[CustomUser].get_actions(
        office.get(page(CustomUser)).wsgi_request
    )
