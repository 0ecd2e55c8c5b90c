"""What staff write is read by others as well: no form of theirs takes what controls a screen or turns the reading."""

from collections.abc import Iterator

import pytest
from django import forms
from django.contrib import admin
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import Model
from django.http import HttpRequest

from accounts.admin.confirming import StaffForm
from accounts.admin.proving import PROVED_AT
from accounts.models import CustomUser
from core import clock
from payment.models import Chargeback
from payshift.operations.everything.notes import NoteForm
from tests.architecture.source import LAYERS

DECEIVING = ["\x1b[2J", "\u2028", "\u202e", "\x85"]
# As they are while staff may edit them.
EDITABLE: dict[type[Model], Model] = {
    Chargeback: Chargeback(status="open"),
}


def request_of_a_superuser() -> HttpRequest:
    request = HttpRequest()
    request.user = CustomUser(is_staff=True, is_superuser=True, is_active=True)
    # Who was asked for the password just now: it is compared and kept nowhere.
    request.session = SessionStore()
    request.session[PROVED_AT] = clock.now().timestamp()
    return request


def forms_of_admin() -> Iterator[tuple[str, dict[str, forms.Field]]]:
    request = request_of_a_superuser()
    for model, screen in admin.site._registry.items():
        row = EDITABLE.get(model, model())
        yield f"{model.__name__} changed", screen.get_form(request, row, change=True).base_fields
        if screen.has_add_permission(request):
            yield f"{model.__name__} added", screen.get_form(request, None, change=False).base_fields
        for inline in screen.get_inline_instances(request, row):
            if not (inline.has_change_permission(request, row) or inline.has_add_permission(request, row)):
                continue
            yield f"{inline.model.__name__} in line", inline.get_formset(request, row).form.base_fields


def forms_of_deeds(kind: type[StaffForm] = StaffForm) -> Iterator[tuple[str, dict[str, forms.Field]]]:
    # Some look at a row that they are about; what asks for text does not depend on it.
    form = kind.__new__(kind)
    StaffForm.__init__(form)
    yield kind.__name__, form.fields
    for below in kind.__subclasses__():
        yield from forms_of_deeds(below)


def forms_of_pages(kind: type[forms.BaseForm] = forms.BaseForm) -> Iterator[tuple[str, dict[str, forms.Field]]]:
    """Of our own code, whatever page asks with them; what opens the door is compared and kept nowhere."""
    if kind.__module__.partition(".")[0] in LAYERS:
        yield f"{kind.__module__}.{kind.__name__}", getattr(kind, "base_fields", {})
    for below in kind.__subclasses__():
        if not issubclass(below, (StaffForm, forms.BaseModelForm, AuthenticationForm, SetPasswordForm)):
            yield from forms_of_pages(below)


def texts() -> Iterator[tuple[str, forms.CharField]]:
    for form, fields in (*forms_of_admin(), *forms_of_deeds(), *forms_of_pages()):
        for name, field in fields.items():
            if isinstance(field, forms.CharField) and not isinstance(field.widget, forms.PasswordInput):
                yield f"{form}: {name}", field


def refuses(field: forms.CharField, text: str) -> bool:
    try:
        field.clean(text)
    except forms.ValidationError:
        return True
    return False


@pytest.mark.parametrize("deceiving", DECEIVING)
def test_no_form_of_staff_takes_a_text_that_deceives(deceiving: str) -> None:
    assert [name for name, field in texts() if not refuses(field, f"some{deceiving}text")] == []


def test_texts_were_found_and_take_what_is_plain() -> None:
    found = dict(texts())

    assert {
        *("CustomUser changed: first_name", "CustomUser added: first_name", "JobIndustry changed: name"),
        *("JobSubcategory in line: name", "ContestForm: evidence", "RewordForm: response"),
        f"{NoteForm.__module__}.NoteForm: text",
        *("Group changed: name", "ReasonForm: reason", "DecisionForm: reason", "NoteForm: note"),
    } <= set(found)
    assert not refuses(found["RewordForm: response"], "Two lines,\nand a name: Adébáyọ̀")
    assert not refuses(found["ReasonForm: reason"], "Paid twice")
