"""The WSGI application: `granian --interface wsgi payshift.wsgi:application`."""

import os
from typing import TYPE_CHECKING

from django.core.wsgi import get_wsgi_application

from core.startup import mistakes_in_a_line, refuse_to_start_with_errors, search_garbage_seldom

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "payshift.settings")

with mistakes_in_a_line():
    application: "WSGIApplication" = get_wsgi_application()

from django.conf import settings  # settings, cache and operations are there once Django is set up

from core.arrivals import Arrivals
from core.cache.front import CachedReadFront
from core.read_handler import ReadHandler
from payshift.api import api

if not settings.DEBUG:
    refuse_to_start_with_errors()
    application = CachedReadFront(application, ReadHandler(api))

application = Arrivals(application)
search_garbage_seldom()
