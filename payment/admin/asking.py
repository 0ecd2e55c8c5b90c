"""Money that staff move by hand: a form with a reason, one service call, and a line in the history of admin."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.widgets import (
    UnfoldAdminEmailInputWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.admin.confirming import ReasonForm, StaffForm, confirm
from accounts.admin.trying import Act
from accounts.models import CustomUser
from core.forms import NairaField
from payment.checks import KEYS
from payment.models import PaymentProvider, StaffMoveKind
from payment.models.staff_move import AT_THE_BANK
from payment.services.references import STAFF, new_reference

PROVIDERS = [PaymentProvider(name) for name in KEYS]


class AmountForm(ReasonForm):
    """In naira with two decimals, as statements have it; `amount_kobo` in what was given."""

    amount = NairaField(label="Amount in naira", widget=UnfoldAdminTextInputWidget)
    field_order: tuple[str, ...] = ("amount", "reason")

    def clean_amount(self) -> int:
        amount_kobo: int = self.cleaned_data["amount"]
        self.cleaned_data["amount_kobo"] = amount_kobo
        return amount_kobo


class OnceForm(AmountForm):
    """Made with a reference when it is shown: sent twice, it is the same event."""

    reference = forms.RegexField(regex=rf"^{STAFF}-[0-9a-f]{{20}}$", widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reference"].initial = new_reference(STAFF)


class RecipientForm(StaffForm):
    """Whose wallet, by e-mail."""

    email = forms.EmailField(label="E-mail of the wallet's owner", widget=UnfoldAdminEmailInputWidget)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        user_id = CustomUser.objects.with_email(email).values_list("pk", flat=True).first()
        if user_id is None and email:
            raise forms.ValidationError("There is nobody with this e-mail.")
        self.cleaned_data["user_id"] = user_id
        return email


class StaffPaymentForm(RecipientForm, OnceForm):
    field_order = ("email", "amount", "reason")


class SettlementForm(OnceForm):
    provider = forms.ChoiceField(
        choices=[(provider.value, provider.label) for provider in PROVIDERS], widget=UnfoldAdminSelectWidget
    )
    field_order: tuple[str, ...] = ("provider", "amount", "reason")


# What statements of providers and of the bank tell, and whether the amount is turned round.
STATEMENT_LINES = {
    "provider_topup": (StaffMoveKind.PROVIDER_TOPUP, 1, "Top-up: from the bank to the provider"),
    "adjustment_taken": (StaffMoveKind.PROVIDER_ADJUSTMENT, 1, "Adjustment: the provider took it"),
    "adjustment_given": (StaffMoveKind.PROVIDER_ADJUSTMENT, -1, "Adjustment: the provider gave it"),
    "chargeback_fee": (StaffMoveKind.CHARGEBACK_FEE, 1, "Fee of a chargeback, at the provider"),
    "bank_charge": (StaffMoveKind.BANK_CHARGE, 1, "Bank charge (no provider)"),
    "tax_remitted": (StaffMoveKind.TAX_REMITTED, 1, "VAT paid to the state (no provider)"),
}


class StatementForm(SettlementForm):
    """A line of a statement that the books do not have."""

    line = forms.ChoiceField(
        choices=[(name, label) for name, (_, _, label) in STATEMENT_LINES.items()], widget=UnfoldAdminSelectWidget
    )
    field_order = ("line", "provider", "amount", "reason")

    def clean(self) -> dict[str, Any] | None:
        kind, sign, _ = STATEMENT_LINES.get(self.cleaned_data.get("line", ""), (None, 1, ""))
        self.cleaned_data["kind"] = kind
        self.cleaned_data["amount_kobo"] = sign * self.cleaned_data.get("amount_kobo", 0)
        if kind in AT_THE_BANK:
            self.cleaned_data["provider"] = ""
        return self.cleaned_data


class ApproveForm(StaffForm):
    """Nothing to fill in: the title says what is approved, and the page what moves."""


class NoteForm(StaffForm):
    note = forms.CharField(max_length=150, label="Why", widget=UnfoldAdminTextInputWidget)


class DueWidget(UnfoldAdminSplitDateTimeWidget):  # type: ignore[misc]  # unfold has no types
    """Two fields under one label: each needs a name of its own."""

    def __init__(self) -> None:
        super().__init__()
        for part, name in zip(self.widgets, ("Day", "Hour"), strict=True):
            part.attrs["aria-label"] = f"{name} by which the answer is due"


class ChargebackForm(OnceForm):
    due_at = forms.SplitDateTimeField(
        label="Answer due",
        required=False,
        widget=DueWidget,
        help_text="In Lagos (WAT).",
    )
    field_order = ("amount", "due_at", "reason")


class SuspenseForm(RecipientForm, ReasonForm):
    field_order = ("email", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = False
        self.fields["email"].help_text = "Empty: it went back to the provider."


def ask(
    admin: "ModelAdmin[Any]",
    request: HttpRequest,
    *,
    title: str,
    form: type[StaffForm],
    act: Callable[[dict[str, Any], int], Model],
    back: str,
    about: Model | None = None,
    done: str = "done",
) -> HttpResponse:
    """The page on which `act(values, staff_id)` is previewed, done once, and kept in the history of `about` and of what
    came of it. A refusal is shown with the form."""
    asked = Act(title=title, done=done, form=form, do=lambda _, given, staff_id: act(given, staff_id))
    return confirm(admin, request, asked, [about], back=reverse(back))
