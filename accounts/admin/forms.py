"""The forms behind the users' screens."""

from typing import Any

from django import forms
from unfold.forms import UserChangeForm

from accounts.models import CustomUser
from core.actor import Role


class UserAddForm(forms.ModelForm[CustomUser]):
    """Without a password: who is added chooses it, with the code that goes to the e-mail."""

    class Meta:
        model = CustomUser
        fields = ("email", "first_name", "last_name", "role")


class UserEditForm(UserChangeForm):  # type: ignore[misc]  # unfold has no types
    class Meta:
        model = CustomUser
        fields = "__all__"  # the admin's fieldsets name them

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
