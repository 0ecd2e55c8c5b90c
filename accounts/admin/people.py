"""People, their public face and their bank account."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import URLPattern
from unfold.admin import StackedInline

from accounts.admin.deeds import DeedsAdmin, deed
from accounts.admin.finding import Finds
from accounts.admin.forms import UserAddForm, UserEditForm
from accounts.admin.proving import AsksWhoItIs
from accounts.admin.reading import ReadableTexts, ReadOnlyAdmin, StaffAdmin
from accounts.admin.shown import in_words, shown
from accounts.models import BankAccount, CustomUser, IdentityCheck, OTPPurpose, Profile
from accounts.ports import LETTING_BACK, OBLIGATIONS
from accounts.selectors.people import staff_without_second_factor
from accounts.services.banning import ban_user
from accounts.services.emails import leave_address
from accounts.services.identity import doubt_name
from accounts.tasks import mail_requested_code
from core import clock
from core.actor import Role
from core.errors import Forbidden
from core.money import in_naira

type Given = dict[str, Any]

COUNTERS = (
    *("reviews_count", "rating_sum", "approved_count", "no_show_count", "late_cancel_count"),
    *("given_count", "called_off_count"),
)


def work_that_ends(user: CustomUser) -> Sequence[str]:
    """By a job after the ban, in the person's role."""
    ending = [f"Ends: {obligation.message}" for obligation in OBLIGATIONS.get().of_role(user_id=user.pk)]
    return [*ending, "Letting back in does not bring back what ended."] if ending else ()


def money_that_is_free(user: CustomUser) -> Sequence[str]:
    """Once the person may withdraw again."""
    kobo = LETTING_BACK.get().frees_kobo(user_id=user.pk)
    return [f"May leave their wallet again: {in_naira(kobo)}"] if kobo else ()


class StaffWithoutSecondFactor(admin.SimpleListFilter):
    """Whose password alone opens the console, or who cannot enter where everybody must have one."""

    title = "second factor"
    parameter_name = "second_factor"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("none", "Staff without one")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CustomUser]) -> QuerySet[CustomUser]:
        return queryset.filter(pk__in=staff_without_second_factor()) if self.value() == "none" else queryset


class ProfileInline(ReadableTexts, StackedInline):  # type: ignore[misc]  # unfold has no types
    model = Profile
    fields = ("bio", "phone", "location", "latitude", "longitude", "skills", "avatar", "joined_at", *COUNTERS)
    # Counters are written with the events that they count.
    readonly_fields = ("avatar", "joined_at", *COUNTERS)

    def has_add_permission(self, request: HttpRequest, obj: CustomUser | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: CustomUser | None = None) -> bool:
        return False


@admin.register(CustomUser)
class UserAdmin(AsksWhoItIs, DeedsAdmin, DjangoUserAdmin, StaffAdmin):  # type: ignore[type-arg,misc]  # unfold has no types
    form = UserEditForm
    add_form = UserAddForm
    list_display = ("id", "email", "full_name", "role", "is_active", "email_verified_at", "banned_at", "joined_at")
    list_display_links = ("id", "email")
    list_filter = ("role", "is_active", StaffWithoutSecondFactor, ("email_verified_at", admin.EmptyFieldListFilter))
    list_select_related = ("profile",)
    served = ("second_factor=none",)
    finds = Finds(numbers={"pk": "number"}, people=("pk",))
    ordering = ("-id",)
    readonly_fields = ("email_verified_at", "banned_at", "is_active")
    filter_horizontal = ("groups", "user_permissions")
    fieldsets = (
        (None, {"fields": ("email", "username", "first_name", "last_name")}),
        ("Standing", {"fields": ("role", "is_active", "email_verified_at", "banned_at")}),
        ("Rights of staff", {"fields": ("is_superuser", "groups", "user_permissions"), "classes": ("collapse",)}),
    )
    add_fieldsets = ((None, {"fields": ("email", "first_name", "last_name", "role")}),)
    inlines = (ProfileInline,)
    told = ("role", "is_superuser", "groups", "user_permissions")
    deeds = ("ban", "unban", "send_code")

    @admin.display(description="name")
    def full_name(self, user: CustomUser) -> str:
        return user.name

    @admin.display(description="joined", ordering="profile__joined_at")
    def joined_at(self, user: CustomUser) -> str:
        return in_words(user.profile.joined_at)

    @deed(
        "Ban",
        done="banned",
        permission="ban",
        traced=("is_active",),
        applies=lambda user: user.banned_at is None,
        foretell=work_that_ends,
    )
    def ban(self, user: CustomUser, given: Given, staff_id: int) -> CustomUser:
        self._refuse_for_staff(user, staff_id)
        return ban_user(user_id=user.pk, staff_id=staff_id)

    @deed(
        "Let back in",
        done="let back in, or proposed to a second person",
        permission="ban",
        traced=("is_active",),
        applies=lambda user: user.banned_at is not None,
        foretell=money_that_is_free,
    )
    def unban(self, user: CustomUser, given: Given, staff_id: int) -> Model:
        self._refuse_for_staff(user, staff_id)
        return LETTING_BACK.get().let_back(staff_id=staff_id, user_id=user.pk, reason=given["reason"])

    @deed(
        "Send a code for a new password",
        done="a code is on its way",
        permission="ban",
        applies=lambda user: user.is_active,
        is_final=False,
    )
    def send_code(self, user: CustomUser, given: Given, staff_id: int) -> None:
        """To their own address, as if they had asked for it: no staff ever knows a password of somebody else."""
        mail_requested_code.defer(email=user.email, purpose=str(OTPPurpose.RESET_PASSWORD))

    def has_ban_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("accounts.ban_customuser")

    def _refuse_for_staff(self, user: CustomUser, staff_id: int) -> None:
        if user.is_staff and not CustomUser.objects.filter(pk=staff_id, is_superuser=True).exists():
            raise Forbidden("Of staff, only a superuser keeps anybody out.")

    def get_urls(self) -> list[URLPattern]:
        """Without the page on which one types the password of somebody else."""
        return [each for each in super().get_urls() if each.name != "auth_user_password_change"]

    def get_inlines(self, request: HttpRequest, obj: CustomUser | None) -> tuple[type[StackedInline], ...]:
        return self.inlines if obj else ()

    def get_fieldsets(self, request: HttpRequest, obj: CustomUser | None = None) -> Any:
        """Django's own hands out those of a new person past what shows fields."""
        return self.with_proof(request, obj, self.as_shown(request, obj, super().get_fieldsets(request, obj)))

    def get_readonly_fields(self, request: HttpRequest, obj: CustomUser | None = None) -> tuple[Any, ...]:
        """Only a superuser makes staff: everybody else would give rights that they do not have."""
        fixed = tuple(super().get_readonly_fields(request, obj))
        if request.user.is_superuser:
            return fixed
        rights = ("role", "is_superuser", "groups", "user_permissions")
        return (*fixed, *(shown(CustomUser, name, with_link=True) for name in rights))

    def save_model(self, request: HttpRequest, obj: CustomUser, form: ModelForm[CustomUser], change: bool) -> None:
        """`is_staff` follows the role; whom staff add has a profile, an e-mail that staff vouch for, and
        a code there to choose a password with."""
        obj.is_staff = obj.role == Role.ADMIN
        if change:
            super().save_model(request, obj, form, change)
            if "email" in form.changed_data:
                leave_address(user=obj, old=form.initial["email"])
            if {"first_name", "last_name"} & set(form.changed_data):
                doubt_name(obj)
            return
        obj.email_verified_at = clock.now()
        obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        Profile.objects.create(user=obj, joined_at=clock.now())
        mail_requested_code.defer(email=obj.email, purpose=str(OTPPurpose.RESET_PASSWORD))

    def has_change_permission(self, request: HttpRequest, obj: CustomUser | None = None) -> bool:
        """Whoever may set the password or e-mail of staff has all their rights: superusers only."""
        if obj is not None and obj.is_staff and not request.user.is_superuser:
            return False
        return bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: CustomUser | None = None) -> bool:
        """Accounts are anonymised by their owners, never deleted: the history of money names them."""
        return False


@admin.register(Profile)
class ProfileAdmin(ReadOnlyAdmin):
    list_display = ("user", "location", "joined_at", *COUNTERS)
    list_filter = ("joined_at",)
    shared_times = ("joined_at",)
    list_select_related = ("user",)
    finds = Finds(people=("user_id",))
    ordering = ("-id",)


@admin.register(IdentityCheck)
class IdentityCheckAdmin(ReadOnlyAdmin):
    list_display = ("user", "kind", "provider", "confirmed_at")
    list_filter = ("kind", "provider", "confirmed_at")
    list_select_related = ("user",)
    finds = Finds(people=("user_id",))
    ordering = ("-id",)


@admin.register(BankAccount)
class BankAccountAdmin(ReadOnlyAdmin):
    """Numbers are masked here too: payouts are followed by their reference."""

    list_display = ("user", "bank_name", "masked_number", "account_name", "verified_at", "changed_at")
    list_filter = ("bank_name", "changed_at")
    list_select_related = ("user",)
    finds = Finds(people=("user_id",))
    ordering = ("-id",)
    fields = ("user", "bank_code", "bank_name", "masked_number", "account_name", "verified_at", "changed_at")

    @admin.display(description="number")
    def masked_number(self, account: BankAccount) -> str:
        return account.masked_number
