"""What every model of the project has: a screen in admin, and the QuerySet class that announces its writes."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models

from accounts.models import StaffExportPart
from core.models import ClockOffset, PayshiftQuerySet
from payment.models import KeyLease, Receipt, ReceiptIssuer, ReceiptSeries, StaffAlone
from tests.architecture.source import LAYERS

MODELS = [model for app in LAYERS for model in apps.get_app_config(app).get_models(include_auto_created=False)]
NO_SCREEN = {ClockOffset, KeyLease, Receipt, ReceiptIssuer, ReceiptSeries, StaffAlone, StaffExportPart}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_model_is_in_admin(model: type[models.Model]) -> None:
    # Staff have nothing to do with development's clock, nor with who acts for a key in these seconds. Files are read
    # whole, and receipts where the payment is. What somebody moved alone today is told where it is too much.
    assert admin.site.is_registered(model) or model in NO_SCREEN


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_model_uses_the_one_queryset_class(model: type[models.Model]) -> None:
    assert isinstance(model._default_manager.all(), PayshiftQuerySet)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_constraint_and_index_has_a_name_that_says_whose_it_is(model: type[models.Model]) -> None:
    prefix = f"{model._meta.app_label}_"

    assert [c.name for c in model._meta.constraints if not c.name.startswith(prefix)] == []
    assert [i.name for i in model._meta.indexes if not i.name.startswith(prefix)] == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_money_is_whole_kobo(model: type[models.Model]) -> None:
    """No float and no decimal holds an amount, and every amount says its unit."""
    fields = [field for field in model._meta.get_fields() if isinstance(field, models.Field)]
    amounts = [field for field in fields if "kobo" in field.name or "amount" in field.name]

    assert [field.name for field in amounts if not field.name.endswith("_kobo")] == []
    assert [field.name for field in amounts if not isinstance(field, models.BigIntegerField)] == []
