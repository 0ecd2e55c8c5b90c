"""Controls of races: what happens where no row is locked."""

import pytest
from django.db.models import QuerySet

from core.instances import Instances


def take_row_locks_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """No statement locks its rows, those that are written once neither."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)
    monkeypatch.setattr(Instances, "written", property(Instances.write))
