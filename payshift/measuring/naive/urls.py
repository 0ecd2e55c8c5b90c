from django.urls import path

from payshift.measuring.naive.api import api

urlpatterns = [path("api/", api.urls)]
