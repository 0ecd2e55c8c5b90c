"""People, their public face and their bank account."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from unfold.admin import ModelAdmin, StackedInline
from unfold.forms import AdminPasswordChangeForm
from unfold.paginator import InfinitePaginator

from accounts.admin.forms import UserAddForm, UserEditForm
from accounts.admin.reading import ReadOnlyAdmin
from accounts.models import BankAccount, CustomUser, Profile
from accounts.services.banning import ban_user, unban_user
from accounts.services.emails import leave_address
from core import clock
from core.actor import Role
from core.errors import PayshiftError

COUNTERS = (
    *("reviews_count", "rating_sum", "approved_count", "no_show_count", "late_cancel_count"),
    *("given_count", "called_off_count"),
)


class ProfileInline(StackedInline):  # type: ignore[misc]  # unfold has no types
    model = Profile
    fields = ("bio", "phone", "location", "latitude", "longitude", "skills", "avatar", "joined_at", *COUNTERS)
    # Counters are written with the events that they count.
    readonly_fields = ("avatar", "joined_at", *COUNTERS)

    def has_add_permission(self, request: HttpRequest, obj: CustomUser | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: CustomUser | None = None) -> bool:
        return False


@admin.register(CustomUser)
class UserAdmin(DjangoUserAdmin, ModelAdmin):  # type: ignore[type-arg,misc]  # unfold has no types
    form = UserEditForm
    add_form = UserAddForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("id", "email", "full_name", "role", "is_active", "email_verified_at", "banned_at", "joined_at")
    list_display_links = ("id", "email")
    list_filter = ("role", "is_active", ("email_verified_at", admin.EmptyFieldListFilter))
    list_select_related = ("profile",)
    list_per_page = 50
    list_fullwidth = True
    paginator = InfinitePaginator
    show_full_result_count = False
    search_fields = ("=id", "email", "username", "first_name", "last_name", "profile__phone")
    search_help_text = "Number, e-mail, handle, name or phone"
    ordering = ("-id",)
    readonly_fields = ("email_verified_at", "banned_at", "is_active")
    filter_horizontal = ("groups", "user_permissions")
    fieldsets = (
        (None, {"fields": ("email", "username", "password", "first_name", "last_name")}),
        ("Standing", {"fields": ("role", "is_active", "email_verified_at", "banned_at")}),
        ("Rights of staff", {"fields": ("is_superuser", "groups", "user_permissions"), "classes": ("collapse",)}),
    )
    add_fieldsets = ((None, {"fields": ("email", "first_name", "last_name", "role", "password1", "password2")}),)
    inlines = (ProfileInline,)
    actions = ("ban", "unban")

    @admin.display(description="name")
    def full_name(self, user: CustomUser) -> str:
        return user.name

    @admin.display(description="joined", ordering="profile__joined_at")
    def joined_at(self, user: CustomUser) -> str:
        return f"{user.profile.joined_at:%Y-%m-%d}"

    @admin.action(description="Ban selected people", permissions=["change"])
    def ban(self, request: HttpRequest, queryset: QuerySet[CustomUser]) -> None:
        staff_id = request.user.pk or 0
        self._each(request, queryset, lambda user_id: ban_user(user_id=user_id, staff_id=staff_id), "banned")

    @admin.action(description="Let selected people back in", permissions=["change"])
    def unban(self, request: HttpRequest, queryset: QuerySet[CustomUser]) -> None:
        self._each(request, queryset, lambda user_id: unban_user(user_id=user_id), "let back in")

    def _each(
        self, request: HttpRequest, queryset: QuerySet[CustomUser], act: Callable[[int], CustomUser], done: str
    ) -> None:
        """People in the order of their ids, as locks are taken everywhere."""
        if not request.user.is_superuser:
            queryset = queryset.filter(is_staff=False)
        for user_id, email in queryset.order_by("pk").values_list("pk", "email"):
            try:
                act(user_id)
                self.message_user(request, f"{email} was {done}.")
            except PayshiftError as error:
                self.message_user(request, f"{email}: {error.detail}", messages.ERROR)

    def get_inlines(self, request: HttpRequest, obj: CustomUser | None) -> tuple[type[StackedInline], ...]:
        return self.inlines if obj else ()

    def get_readonly_fields(self, request: HttpRequest, obj: CustomUser | None = None) -> tuple[str, ...]:
        """Only a superuser makes staff: everybody else would give rights that they do not have."""
        if request.user.is_superuser:
            return self.readonly_fields
        return (*self.readonly_fields, "role", "is_superuser", "groups", "user_permissions")

    def save_model(self, request: HttpRequest, obj: CustomUser, form: ModelForm[CustomUser], change: bool) -> None:
        """`is_staff` follows the role; whom staff add has a profile and an e-mail that staff vouch for."""
        obj.is_staff = obj.role == Role.ADMIN
        if change:
            super().save_model(request, obj, form, change)
            if "email" in form.changed_data:
                leave_address(user=obj, old=form.initial["email"])
            return
        obj.email_verified_at = clock.now()
        super().save_model(request, obj, form, change)
        Profile.objects.create(user=obj, joined_at=clock.now())

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
    list_select_related = ("user",)
    search_fields = ("user__email", "location", "phone")
    ordering = ("-joined_at", "-id")


@admin.register(BankAccount)
class BankAccountAdmin(ReadOnlyAdmin):
    """Numbers are masked here too: payouts are followed by their reference."""

    list_display = ("user", "bank_name", "masked_number", "account_name", "verified_at", "changed_at")
    list_filter = ("bank_name", "changed_at")
    list_select_related = ("user",)
    search_fields = ("user__email", "account_name")
    ordering = ("-id",)
    fields = ("user", "bank_code", "bank_name", "masked_number", "account_name", "verified_at", "changed_at")

    @admin.display(description="number")
    def masked_number(self, account: BankAccount) -> str:
        return account.masked_number
