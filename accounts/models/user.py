"""People who log in: by e-mail, in any case."""

from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models, transaction
from django.db.models import Func, Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from accounts.addresses import fold_email, normal_email
from accounts.faces import avatar_url, full_name, small_avatar_url
from core import clock
from core.actor import Role
from core.models import PayshiftQuerySet


def words_of_people() -> Func:
    """The words that staff find somebody by, without marks. The function is of this app's migrations."""
    columns = ("first_name", "last_name", "username", "email")
    return Func(*columns, function="accounts_words", output_field=SearchVectorField())


class UserQuerySet(PayshiftQuerySet["CustomUser"]):
    def with_email(self, email: str) -> Self:
        """Whoever has this address, however it is spelt, by the unique index on lower(email). `iexact` would scan."""
        return self.alias(email_lower=Lower("email")).filter(email_lower=fold_email(email))


class UserManager(BaseUserManager["CustomUser"]):
    """Makes users with a hashed password and a profile; finds them by e-mail in any case."""

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def planned(self) -> UserQuerySet:
        return self.get_queryset().planned()

    def with_email(self, email: str) -> UserQuerySet:
        return self.get_queryset().with_email(email)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "CustomUser":
        if not email.strip():
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=email, **fields)
        user.set_password(password)
        return self.save_new(user)

    def save_new(self, user: "CustomUser") -> "CustomUser":
        """Save a user that was made elsewhere, with the profile that everybody has."""
        from accounts.models.profile import Profile

        user.email = normal_email(user.email)
        with transaction.atomic():
            user.save(using=self._db)
            Profile.objects.create(user=user, joined_at=clock.now())
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "CustomUser":
        return self.create_user(
            email,
            password,
            **{
                "role": Role.ADMIN,
                "is_staff": True,
                "is_superuser": True,
                "email_verified_at": clock.now(),
                **fields,
            },
        )

    def get_by_natural_key(self, email: str | None) -> "CustomUser":
        return self.with_email(email or "").get()


class CustomUser(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(max_length=254)
    username = models.CharField(max_length=30, null=True, blank=True)  # noqa: DJ001  # NULL: no handle, any number of them
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    role = models.CharField(max_length=16, choices=Role, default=Role.APPLICANT)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    email_verified_at = models.DateTimeField(null=True, blank=True)
    banned_at = models.DateTimeField(null=True, blank=True)
    # Before the address was proved, somebody signed up with another password: a code alone activates neither.
    signup_contested = models.BooleanField(default=False, db_default=False)
    # Django would write last_login at each log-in to admin; devices keep that fact here.
    last_login = None
    # Both until it is saved; the first is Django's own, and there is no such for a password that was taken away.
    _password: str | None
    _lost_password = False

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        verbose_name = "user"
        indexes = [
            models.Index(fields=["role", "id"], name="accounts_user_role"),
            models.Index(fields=["id"], name="accounts_user_inactive", condition=Q(is_active=False)),
            GinIndex(words_of_people(), name="accounts_user_words"),
        ]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="accounts_user_email_unique"),
            models.CheckConstraint(condition=Q(email__regex=r"^[!-~]+@[^@]+$"), name="accounts_user_email_ascii_local"),
            models.UniqueConstraint(
                Lower("username"), condition=Q(username__isnull=False), name="accounts_user_username_unique"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="accounts_user_role_known"),
            models.CheckConstraint(
                condition=Q(role=Role.ADMIN, is_staff=True) | (~Q(role=Role.ADMIN) & Q(is_staff=False)),
                name="accounts_user_admin_is_staff",
            ),
            models.CheckConstraint(
                condition=Q(banned_at__isnull=True) | Q(is_active=False), name="accounts_user_banned_is_inactive"
            ),
            models.CheckConstraint(
                condition=Q(username__isnull=True) | Q(username__regex=r"^[A-Za-z0-9_.]{3,30}$"),
                name="accounts_user_username_form",
            ),
        ]

    def _get_session_auth_hash(self, secret: Any = None) -> str:
        """What a session of staff is bound to: Django's hook for both the current key and those before it. With the
        second factor in it, sessions from before it was switched on end.
        """
        bound: str = super()._get_session_auth_hash(secret)  # type: ignore[misc]  # not in the stubs
        confirmed_at = getattr(getattr(self, "second_factor", None), "confirmed_at", None)
        if confirmed_at is None:
            return bound
        return salted_hmac(bound, confirmed_at.isoformat(), secret=secret, algorithm="sha256").hexdigest()

    def __str__(self) -> str:
        return self.email

    @property
    def name(self) -> str:
        return full_name(self.first_name, self.last_name)

    @property
    def avatar_url(self) -> str | None:
        """Needs the profile."""
        return avatar_url(self.profile.avatar.name)

    @property
    def avatar_small_url(self) -> str | None:
        """Needs the profile."""
        return small_avatar_url(self.profile.avatar.name)

    def get_full_name(self) -> str:
        return self.name

    def save(self, *args: Any, **options: Any) -> None:
        """As Django's, in a transaction: its own commands (changepassword) open none.

        A password set or taken away, by whatever form or command, ends the log-ins it opened.
        """
        had_another = not self._state.adding and (self._password is not None or self._lost_password)
        with transaction.atomic(using=options.get("using"), savepoint=False):
            super().save(*args, **options)
            if had_another:
                self.devices.filter(revoked_at__isnull=True).update(revoked_at=clock.now())

    def set_unusable_password(self) -> None:
        super().set_unusable_password()
        self._lost_password = True

    def check_password(self, raw_password: str | None) -> bool:
        """As Django's. An outdated hash is replaced on the way, and a cached model is written in a transaction."""
        with transaction.atomic():
            return super().check_password(raw_password)
