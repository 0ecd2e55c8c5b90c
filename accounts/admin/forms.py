"""The forms behind the users' screens."""

from collections.abc import Callable
from typing import Any

from django import forms
from unfold.forms import UserChangeForm

from accounts.models import CustomUser
from accounts.names import own_name, own_username, plain_name, refuse_posing
from core.actor import Role
from core.errors import InvalidInput

NAMES = ("first_name", "last_name")
# What decides whether a name may be kept.
NAMED_BY = {*NAMES, "username", "role"}


class KeptNames(forms.ModelForm[CustomUser]):
    """What people may not call themselves nobody else calls them: but staff, who may have an office's name.

    Names that stay as they are are not judged again.
    """

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if NAMED_BY & set(self.changed_data):
            self._judge(values, is_staff=values.get("role", self.instance.role) == Role.ADMIN)
        return values

    def _judge(self, values: dict[str, Any], *, is_staff: bool) -> None:
        if "first_name" in values and not values["first_name"]:
            self.add_error("first_name", "Somebody without a name cannot be told apart from others.")
        rule = plain_name if is_staff else own_name
        for name in NAMES:
            self._keep(name, rule, values)
        if is_staff:
            return
        self._keep("username", own_username, values)
        try:
            refuse_posing(**{name: values.get(name, "") for name in NAMES})
        except InvalidInput as refused:
            for problem in refused.errors:
                self.add_error(problem.field, problem.message)

    def _keep(self, name: str, rule: Callable[[str], str], values: dict[str, Any]) -> None:
        try:
            if values.get(name):
                values[name] = rule(values[name])
        except ValueError as error:
            self.add_error(name, str(error))


class UserAddForm(KeptNames):
    """Without a password: who is added chooses it, with the code that goes to the e-mail."""

    class Meta:
        model = CustomUser
        fields = ("email", "first_name", "last_name", "role")


class UserEditForm(KeptNames, UserChangeForm):  # type: ignore[misc]  # unfold has no types
    class Meta:
        model = CustomUser
        fields = (
            *("email", "username", "first_name", "last_name", "role"),
            *("is_superuser", "groups", "user_permissions"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Nobody reads it, and nobody types it for somebody else.
        self.fields.pop("password", None)

    def clean_username(self) -> str | None:
        """No handle is NULL: any number of people may have none."""
        return self.cleaned_data["username"] or None

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        role = values.get("role", self.instance.role)
        if values.get("is_superuser") and role != Role.ADMIN:
            raise forms.ValidationError({"is_superuser": "Only staff can be superusers: give the role admin first."})
        return values
