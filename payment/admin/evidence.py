"""The document of a chargeback: attached by staff, and read by them alone."""

from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin
from django.contrib.admin.models import CHANGE, LogEntry
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from unfold.widgets import UnfoldAdminFileFieldWidget

from accounts.admin.confirming import ReasonForm
from core.forms import refused_on_the_form
from payment.models import Chargeback
from payment.services.chargeback_answers import attach_document
from payment.services.evidence import CONTENT_TYPES, MAX_BYTES, read_document


class DocumentForm(ReasonForm):
    file = forms.FileField(
        label="Document",
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ",".join(CONTENT_TYPES.values())}),
        help_text=f"A PDF, PNG or JPEG of at most {MAX_BYTES // 1024 // 1024} MB. The payer's bank gets it as it is.",
    )
    field_order = ("file", "reason")


def attach(admin: "ModelAdmin[Any]", request: HttpRequest, chargeback: Chargeback | None) -> HttpResponse:
    """The form, and what came of it. In one step: a browser does not send a file again after a preview."""
    if chargeback is None:
        raise Http404
    back = reverse("admin:payment_chargeback_change", args=[chargeback.pk])
    staff_id = request.user.pk or 0
    sent = request.method == "POST"
    form = DocumentForm(request.POST if sent else None, request.FILES if sent else None, row=chargeback)
    if form.is_valid():
        try:
            with refused_on_the_form():
                attach_document(staff_id=staff_id, chargeback_id=chargeback.pk, file=form.cleaned_data["file"])
        except forms.ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            message = f"Document attached: {form.cleaned_data['reason']}"
            LogEntry.objects.log_actions(staff_id, [chargeback], CHANGE, message, single_object=True)
            admin.message_user(request, f"{chargeback}: document attached.")
            return HttpResponseRedirect(back)
    context = {
        **admin.admin_site.each_context(request),
        "title": "Attach a document",
        "form": form,
        "back": back,
        "opts": admin.model._meta,
    }
    return render(request, "payment/admin/attach.html", context, status=422 if form.errors else 200)


def download(chargeback: Chargeback | None) -> HttpResponse:
    """The file, to be kept and not to be run: as an attachment, of the type that its content has."""
    document = read_document(chargeback.document) if chargeback else None
    if chargeback is None or document is None:
        raise Http404
    name = f"chargeback-{chargeback.pk}.{document.name.rpartition('.')[2]}"
    return HttpResponse(
        document.content,
        content_type=document.content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Security-Policy": "sandbox",
        },
    )
