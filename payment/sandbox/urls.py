from django.urls import include, path

from payment.sandbox import checkout, control, index, push_service

urlpatterns = [
    path("", index.show, name="index"),
    path("paystack/", include("payment.sandbox.paystack.urls")),
    path("flutterwave/v3/", include("payment.sandbox.flutterwave.urls")),
    path("prembly/", include("payment.sandbox.prembly.urls")),
    path("checkout/<str:access_code>", checkout.show, name="checkout"),
    path("checkout/<str:access_code>/<str:action>", checkout.act, name="checkout-act"),
    path("push/<str:browser>", push_service.receive, name="push"),
    path("control/<path:command>", control.run, name="control"),
]
