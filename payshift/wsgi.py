"""The WSGI application: `granian --interface wsgi payshift.wsgi:application`."""

import os
from typing import TYPE_CHECKING

from django.core.wsgi import get_wsgi_application

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "payshift.settings")

application: "WSGIApplication" = get_wsgi_application()

from django.conf import settings  # noqa: E402  # settings and cache are there once Django is set up

from core.arrivals import Arrivals  # noqa: E402
from core.cache.front import CachedReadFront  # noqa: E402
from core.startup import refuse_to_start_with_errors  # noqa: E402

if not settings.DEBUG:
    refuse_to_start_with_errors()
    application = CachedReadFront(application)

application = Arrivals(application)
