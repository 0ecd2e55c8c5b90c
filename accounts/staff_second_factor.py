"""Staff's own second factor in admin: set up, replaced, ended. Open to whoever is logged in, and to whoever gave the
password where staff must have one and has none yet: the log-in goes on from here.

Each change needs a log-in or password of the last minutes, and all but the first a code. The secret and the recovery
codes are in one answer each, and in no address, session or history.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import segno
from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import TemplateView

from accounts.admin.proving import FIELD, PasswordField, is_proved
from accounts.models import CustomUser
from accounts.services.second_factor import has_second_factor, require_second_factor
from accounts.services.second_factor_setup import (
    Offer,
    confirm_second_factor,
    offer_to_proved,
    remove_second_factor,
    renew_for_proved,
    standing_offer,
)
from accounts.staff_door import Door, enter
from accounts.staff_login import CodeField, who_awaits
from core.actor import Actor, Role
from core.forms import refused_on_the_form


class ProvedForm(forms.Form):
    """Asks for the password of whoever gave none for a while, and for a code where there is a second factor or one is
    being confirmed."""

    code = CodeField(help_text="")
    field_order = (FIELD, "code")

    def __init__(
        self, *args: Any, request: HttpRequest, needs_code: bool, is_new: bool = False, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        if request.user.is_authenticated and not is_proved(request):
            self.fields[FIELD] = PasswordField(request, required=True)
        if not needs_code:
            del self.fields["code"]
        else:
            app = "The six digits that the app shows now." if is_new else "Of your app, or a recovery code."
            self.fields["code"].help_text = app


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class OwnSecondFactor(Door, TemplateView):
    template_name = "accounts/admin/second_factor.html"
    user: CustomUser

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user if admin.site.has_permission(request) else who_awaits(request)
        if not isinstance(user, CustomUser):
            return self.next_step("admin:login")
        self.user = user
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        act = request.POST.get("act", "")
        has_one = has_second_factor(user_id=self.user.pk)
        possible = (
            {"codes", "replace", *([] if settings.STAFF_SECOND_FACTOR else ["end"])}
            if has_one
            else {"offer", "confirm"}
        )
        if act not in possible:
            return self.shown()
        form = self._form(needs_code=act != "offer", is_new=act == "confirm", data=request.POST)
        if not form.is_valid():
            return self.shown(act=act, form=form, offer=self._standing() if act == "confirm" else None)
        try:
            done: HttpResponse = getattr(self, f"_{act}")(form.cleaned_data.get("code", ""), form)
        except forms.ValidationError as error:
            form.add_error("code" if "code" in form.fields else None, error)
            return self.shown(act=act, form=form, offer=self._standing() if act == "confirm" else None)
        return done

    def _offer(self, code: str, form: ProvedForm) -> HttpResponse:
        with refused_on_the_form():
            offer = offer_to_proved(user_id=self.user.pk)
        return self.shown(act="confirm", form=self._form(needs_code=True, is_new=True), offer=offer)

    def _confirm(self, code: str, form: ProvedForm) -> HttpResponse:
        with refused_on_the_form():
            codes = confirm_second_factor(actor=Actor(self.user.pk, Role.ADMIN), second_factor_code=code)
        self._note("Second factor switched on.")
        if self.request.user.is_authenticated:
            self._go_on()
        else:
            enter(self.request, CustomUser.objects.select_related("second_factor").get(pk=self.user.pk))
        return self.shown(codes=codes)

    def _codes(self, code: str, form: ProvedForm) -> HttpResponse:
        with refused_on_the_form():
            require_second_factor(user_id=self.user.pk, code=code)
            codes = renew_for_proved(user_id=self.user.pk)
        self._note("New recovery codes made.")
        return self.shown(codes=codes)

    def _replace(self, code: str, form: ProvedForm) -> HttpResponse:
        self._remove(code, "Second factor switched off, to be replaced.")
        return self._offer(code, form)

    def _end(self, code: str, form: ProvedForm) -> HttpResponse:
        self._remove(code, "Second factor switched off.")
        return self.shown()

    def _remove(self, code: str, note: str) -> None:
        with refused_on_the_form():
            require_second_factor(user_id=self.user.pk, code=code)
            remove_second_factor(user_id=self.user.pk)
        self._note(note)
        self._go_on()

    def _go_on(self) -> None:
        """The session, which is bound to the second factor; all others end."""
        self.user = CustomUser.objects.select_related("second_factor").get(pk=self.user.pk)
        update_session_auth_hash(self.request, self.user)

    def _note(self, what: str) -> None:
        LogEntry.objects.log_actions(self.user.pk, [self.user], CHANGE, what, single_object=True)

    def _standing(self) -> Offer | None:
        return standing_offer(user_id=self.user.pk)

    def _form(self, *, needs_code: bool, is_new: bool = False, data: Any = None) -> ProvedForm:
        return ProvedForm(data, request=self.request, needs_code=needs_code, is_new=is_new)

    def shown(
        self,
        *,
        act: str = "",
        form: ProvedForm | None = None,
        offer: Offer | None = None,
        codes: Sequence[str] = (),
    ) -> HttpResponse:
        context = self.get_context_data(act=act, form=form, offer=offer, codes=codes)
        return self.render_to_response(context, status=422 if form is not None and form.errors else 200)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_on = has_second_factor(user_id=self.user.pk)
        is_inside = admin.site.has_permission(self.request)
        offer, codes = kwargs.get("offer"), kwargs.get("codes", ())
        return {
            **super().get_context_data(**kwargs),
            **self.of_the_site(),
            "title": "Your second factor",
            "layout": "admin/base_site.html" if is_inside else "unfold/layouts/unauthenticated.html",
            "is_inside": is_inside,
            "is_on": is_on,
            "is_required": settings.STAFF_SECOND_FACTOR,
            "form": kwargs.get("form") or self._form(needs_code=is_on),
            "picture": _picture(offer.otpauth_uri) if offer else "",
            "download": f"data:text/plain;charset=utf-8,{quote(_as_file(self.user, codes))}" if codes else "",
            "onward": self.get_redirect_url() or self.get_default_redirect_url(),
        }


def _picture(uri: str) -> str:
    """Drawn here: a secret is not sent to somebody's service for pictures. Black on white in any theme, for cameras."""
    drawn: str = segno.make(uri, micro=False).svg_data_uri(border=2, dark="#000", light="#fff", omitsize=True)
    return drawn


def _as_file(user: CustomUser, codes: Sequence[str]) -> str:
    return "\n".join([f"Payshift, recovery codes of {user.email}. Each is good for one log-in.", "", *codes, ""])
