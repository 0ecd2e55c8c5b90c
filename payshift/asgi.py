"""The process of hints: `granian --interface asgi payshift.asgi:application`. It serves `/api/events` and nothing else.

Settings are read and no application is loaded: there are no models here, and nothing that could connect to a database.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "payshift.settings")

from django.conf import settings  # after the module that names them
from django.utils.log import configure_logging

from core.startup import mistakes_in_a_line

with mistakes_in_a_line():
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)

from core.events.application import Events  # it reads settings

application = Events()
