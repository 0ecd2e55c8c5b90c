"""`granian --interface wsgi payment.sandbox.wsgi:application`: the gateway's server, with its courier in a thread."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "payment.sandbox.settings"

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from payment.sandbox import courier  # noqa: E402

courier.start()
