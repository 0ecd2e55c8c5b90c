"""The forms behind the users' screens."""

from typing import Any

from django import forms
from unfold.forms import UserChangeForm, UserCreationForm

from accounts.models import CustomUser
from core.actor import Role


class UserAddForm(UserCreationForm):  # type: ignore[misc]  # unfold has no types
    class Meta:
        model = CustomUser
        fields = ("email", "first_name", "last_name", "role")


class UserEditForm(UserChangeForm):  # type: ignore[misc]  # unfold has no types
    class Meta:
        model = CustomUser
        fields = "__all__"  # the admin's fieldsets name them

    def clean_username(self) -> str | None:
        """No handle is NULL: any number of people may have none."""
        return self.cleaned_data["username"] or None

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        role = values.get("role", self.instance.role)
        if values.get("is_superuser") and role != Role.ADMIN:
            raise forms.ValidationError({"is_superuser": "Only staff can be superusers: give the role admin first."})
        return values
