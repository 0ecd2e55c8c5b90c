"""Outside the API: the page that a provider's checkout leads back to."""

from django.urls import path

from payment import views

urlpatterns = [path("payments/<str:reference>", views.returned, name="payment_returned")]
