"""Addresses outside /api/. Only names that we made ourselves are looked up on disk."""

from django.urls import path, re_path

from accounts.views import avatar, unsubscribe_page

urlpatterns = [
    re_path(r"^media/(?P<path>avatars/[0-9a-f]{32}(-96)?\.webp)\Z", avatar, name="avatar"),
    path("unsubscribe/<str:token>", unsubscribe_page, name="unsubscribe"),
]
