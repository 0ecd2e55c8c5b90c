"""Outside the API: the page that a provider's checkout leads back to, and documents under signed links."""

from django.urls import path

from payment import views

urlpatterns = [
    path("payments/<str:reference>", views.returned, name="payment_returned"),
    path("documents/<str:token>", views.document_page, name="document_page"),
    path("documents/<str:token>/pdf", views.document_pdf, name="document_pdf"),
    path("documents/<str:token>/csv", views.document_csv, name="document_csv"),
]
