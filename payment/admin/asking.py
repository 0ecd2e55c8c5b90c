"""Money that staff move by hand: a form with a reason, one service call, and a line in the history of admin."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.models import CHANGE, LogEntry
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from unfold.widgets import (
    UnfoldAdminEmailInputWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.models import CustomUser
from core.errors import PayshiftError
from payment.models import Chargeback, LedgerTransaction, PaymentProvider
from payment.services.references import STAFF, new_reference

PROVIDERS = [PaymentProvider.PAYSTACK, PaymentProvider.FLUTTERWAVE]


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=150, widget=UnfoldAdminTextInputWidget)


class AmountForm(ReasonForm):
    amount_kobo = forms.IntegerField(min_value=1, label="Amount in kobo", widget=UnfoldAdminIntegerFieldWidget)
    field_order = ["amount_kobo", "reason"]


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
    field_order = ["email", "amount_kobo", "reason"]


class SettlementForm(OnceForm):
    provider = forms.ChoiceField(
        choices=[(provider.value, provider.label) for provider in PROVIDERS], widget=UnfoldAdminSelectWidget
    )
    field_order = ["provider", "amount_kobo", "reason"]


class ChargebackForm(OnceForm):
    due_at = forms.SplitDateTimeField(
        label="Answer due",
        required=False,
        widget=UnfoldAdminSplitDateTimeWidget,
        help_text="In UTC, one hour behind Lagos.",
    )
    field_order = ["amount_kobo", "due_at", "reason"]


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
    act: Callable[[dict[str, Any], int], LedgerTransaction | Chargeback],
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
