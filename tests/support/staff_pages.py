"""Acting as staff do it in a browser: open the page, read what would happen, say why, and confirm what was shown."""

from typing import Any

from django.db.models import Model
from django.test import Client
from django.urls import reverse


def confirm(client: Client, path: str, shown: Any, **values: Any) -> Any:
    """Send the page `shown` with these values; where it then shows what they would do, confirm that."""
    for _ in range(2):
        if shown.status_code != 200 or "outcomes" not in (shown.context or {}):
            break
        shown = client.post(path, {**carried(shown), "sent": "1", "seen": seen(shown), **hidden(shown), **values})
    return shown


def seen(shown: Any) -> list[str]:
    return [f"{outcome.pk}:{outcome.seen}" for outcome, _ in shown.context["outcomes"] if not outcome.refusal]


def carried(shown: Any) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in shown.context["carried"]:
        values.setdefault(name, []).append(value)
    return values


def hidden(shown: Any) -> dict[str, Any]:
    return {field.name: field.value() for field in shown.context["form"].hidden_fields()}


def act_on_page(client: Client, path: str, **values: Any) -> Any:
    """The answer to the confirmation: 302 done, 422 refused."""
    return confirm(client, path, client.get(path), **values)


def act_on_list(client: Client, model: type[Model], action: str, *rows: Any, **values: Any) -> Any:
    """The list that staff come back to, with its messages; or the page that refused."""
    path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    shown = client.post(path, {"action": action, "_selected_action": [row.pk for row in rows], "index": 0})
    answer = confirm(client, path, shown, **({"reason": "Asked for"} | values))
    return client.get(path) if answer.status_code == 302 else answer
