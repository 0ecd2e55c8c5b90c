from django.urls import path

from payshift.measuring.plain.api import api

urlpatterns = [path("api/", api.urls)]
