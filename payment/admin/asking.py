"""Money that staff move by hand: a form with a reason, one service call, and a line in the history of admin."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.models import CHANGE, LogEntry
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminEmailInputWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.models import CustomUser
from core.errors import PayshiftError
from payment.models import Chargeback, LedgerTransaction, PaymentProvider, StaffMove, StaffMoveKind
from payment.services.references import STAFF, new_reference

PROVIDERS = [PaymentProvider.PAYSTACK, PaymentProvider.FLUTTERWAVE]


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=150, widget=UnfoldAdminTextInputWidget)


class AmountForm(ReasonForm):
    """In naira with two decimals, as statements have it; `amount_kobo` in what was given."""

    amount = forms.DecimalField(
        min_value=Decimal("0.01"),
        max_digits=14,
        decimal_places=2,
        label="Amount in naira",
        widget=UnfoldAdminDecimalFieldWidget,
    )
    field_order = ["amount", "reason"]

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        self.cleaned_data["amount_kobo"] = int(amount * 100)
        return amount


class OnceForm(AmountForm):
    """Made with a reference when it is shown: sent twice, it is the same event."""

    reference = forms.RegexField(regex=rf"^{STAFF}-[0-9a-f]{{20}}$", widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reference"].initial = new_reference(STAFF)


class RecipientForm(forms.Form):
    """Whose wallet, by e-mail."""

    email = forms.EmailField(label="E-mail of the wallet's owner", widget=UnfoldAdminEmailInputWidget)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        user_id = CustomUser.objects.filter(email__iexact=email).values_list("pk", flat=True).first()
        if user_id is None and email:
            raise forms.ValidationError("There is nobody with this e-mail.")
        self.cleaned_data["user_id"] = user_id
        return email


class StaffPaymentForm(RecipientForm, OnceForm):
    field_order = ["email", "amount", "reason"]


class SettlementForm(OnceForm):
    provider = forms.ChoiceField(
        choices=[(provider.value, provider.label) for provider in PROVIDERS], widget=UnfoldAdminSelectWidget
    )
    field_order = ["provider", "amount", "reason"]


# What statements of providers and of the bank tell, and whether the amount is turned round.
STATEMENT_LINES = {
    "provider_topup": (StaffMoveKind.PROVIDER_TOPUP, 1, "Top-up: from the bank to the provider"),
    "adjustment_taken": (StaffMoveKind.PROVIDER_ADJUSTMENT, 1, "Adjustment: the provider took it"),
    "adjustment_given": (StaffMoveKind.PROVIDER_ADJUSTMENT, -1, "Adjustment: the provider gave it"),
    "chargeback_fee": (StaffMoveKind.CHARGEBACK_FEE, 1, "Fee of a chargeback, at the provider"),
    "bank_charge": (StaffMoveKind.BANK_CHARGE, 1, "Bank charge (no provider)"),
}


class StatementForm(SettlementForm):
    """A line of a statement that the books do not have."""

    line = forms.ChoiceField(
        choices=[(name, label) for name, (_, _, label) in STATEMENT_LINES.items()], widget=UnfoldAdminSelectWidget
    )
    field_order = ["line", "provider", "amount", "reason"]

    def clean(self) -> dict[str, Any] | None:
        kind, sign, _ = STATEMENT_LINES.get(self.cleaned_data.get("line", ""), (None, 1, ""))
        self.cleaned_data["kind"] = kind
        self.cleaned_data["amount_kobo"] = sign * self.cleaned_data.get("amount_kobo", 0)
        if kind is StaffMoveKind.BANK_CHARGE:
            self.cleaned_data["provider"] = ""
        return self.cleaned_data


class ApproveForm(forms.Form):
    """Nothing to fill in: the title says what is approved."""


class NoteForm(forms.Form):
    note = forms.CharField(max_length=150, label="Why", widget=UnfoldAdminTextInputWidget)


class ChargebackForm(OnceForm):
    due_at = forms.SplitDateTimeField(
        label="Answer due",
        required=False,
        widget=UnfoldAdminSplitDateTimeWidget,
        help_text="In UTC, one hour behind Lagos.",
    )
    field_order = ["amount", "due_at", "reason"]


class SuspenseForm(RecipientForm, ReasonForm):
    field_order = ["email", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = False
        self.fields["email"].help_text = "Empty: it went back to the provider."


def ask(
    admin: "ModelAdmin[Any]",
    request: HttpRequest,
    *,
    title: str,
    form: type[forms.Form],
    act: Callable[[dict[str, Any], int], LedgerTransaction | Chargeback | StaffMove],
    back: str,
) -> HttpResponse:
    """Show the form; when it is filled in, `act(values, staff_id)` once and tell. A refusal is shown with the form."""
    asked = form(request.POST if request.method == "POST" else None)
    staff_id = request.user.pk or 0
    if asked.is_valid():
        try:
            posted = act(asked.cleaned_data, staff_id)
        except PayshiftError as refusal:
            asked.add_error(None, refusal.detail)
        else:
            told = posted.memo if isinstance(posted, LedgerTransaction) else posted
            LogEntry.objects.log_actions(staff_id, [posted], CHANGE, f"{title}: {told}", single_object=True)
            messages.success(request, f"{title}: {posted}.")
            return redirect(back)
    context = {**admin.admin_site.each_context(request), "title": title, "form": asked, "opts": admin.model._meta}
    status = 200 if request.method == "GET" else 422
    return render(request, "payment/admin/ask.html", context, status=status)
