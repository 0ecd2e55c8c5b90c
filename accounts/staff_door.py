"""Admin's log-in in two steps. Stands before the site's own page, which logs in with the first."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import login
from django.contrib.auth.views import LoginView, RedirectURLMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView

from accounts.models import CustomUser
from accounts.services.origins import forgive_log_in
from accounts.services.second_factor import has_second_factor
from accounts.staff_login import (
    SecondStepForm,
    StaffLoginForm,
    await_second_step,
    forget_second_step,
    who_awaits,
)
from core.throttling import client_address

BACKEND = "accounts.backends.StaffBackend"


class Door(RedirectURLMixin):
    """Leads to where somebody wanted to go before the log-in, within this site."""

    request: HttpRequest

    def get_default_redirect_url(self) -> str:
        return reverse("admin:index")

    def next_step(self, name: str) -> HttpResponseRedirect:
        asked = self.get_redirect_url()
        query = f"?{urlencode({self.redirect_field_name: asked})}" if asked else ""
        return HttpResponseRedirect(f"{reverse(name)}{query}")

    def of_the_site(self) -> dict[str, Any]:
        return {
            **admin.site.each_context(self.request),
            "app_path": self.request.get_full_path(),
            "login_url": reverse("admin:login"),
            self.redirect_field_name: self.get_redirect_url(),
        }


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class FirstStep(Door, LoginView):
    form_class = StaffLoginForm
    template_name = "admin/login.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if admin.site.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        user: CustomUser = form.get_user()
        has_one = has_second_factor(user_id=user.pk)
        if not has_one and not settings.STAFF_SECOND_FACTOR:
            enter(self.request, user)
            return HttpResponseRedirect(self.get_success_url())
        await_second_step(self.request, user)
        return self.next_step("second_step" if has_one else "staff_second_factor")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), **self.of_the_site(), "title": "Log in"}


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class SecondStep(Door, FormView[SecondStepForm]):
    form_class = SecondStepForm
    template_name = "accounts/admin/second_step.html"
    user: CustomUser

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = who_awaits(request)
        if user is None:
            return self.next_step("admin:login")
        self.user = user
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.user}

    def form_valid(self, form: SecondStepForm) -> HttpResponse:
        enter(self.request, self.user)
        return HttpResponseRedirect(self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), **self.of_the_site(), "title": "Second factor"}


def enter(request: HttpRequest, user: CustomUser) -> None:
    """Log in whoever took each step; the tries before are forgiven."""
    login(request, user, backend=BACKEND)
    forget_second_step(request.session)
    forgive_log_in(email=user.email, address=client_address(request))
