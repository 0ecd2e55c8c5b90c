"""Admin with our own site: what finds `admin.site` finds the console."""

from django.contrib.admin.apps import AdminConfig


class ConsoleConfig(AdminConfig):
    default_site = "payshift.operations.site.Console"
