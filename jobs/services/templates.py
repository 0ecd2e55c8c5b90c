"""What clients keep of a posting, to begin the next one with."""

from typing import Any

from django.conf import settings
from django.db import transaction

from core import clock
from core.actor import Actor, Role, require_role
from core.errors import NotFound
from jobs.exceptions import TooManyTemplates
from jobs.models import JobTemplate
from jobs.selectors.keeping import refuse_unknown_trades
from jobs.services.locks import lock_actor


@transaction.atomic
def keep_template(*, actor: Actor, name: str, terms: dict[str, Any]) -> JobTemplate:
    """Keep `terms`, the fields of a posting without its days as JSON, under a name.

    Locks the client, so that of many at once each sees those before it. Raises `WrongRole`, `UnknownTrade` and
    `TooManyTemplates`; a name that the person uses already is refused by the database.
    """
    require_role(actor, Role.CLIENT)
    subcategory = terms["subcategory"]
    refuse_unknown_trades(industries=[terms["industry"]], subcategories=[subcategory] if subcategory else [])
    lock_actor(actor)
    if JobTemplate.objects.filter(client_id=actor.user_id).count() >= settings.JOB_TEMPLATES_AT_MOST:
        raise TooManyTemplates
    return JobTemplate.objects.create(client_id=actor.user_id, name=name, terms=terms, created_at=clock.now())


@transaction.atomic
def rename_template(*, actor: Actor, template_id: int, name: str) -> JobTemplate:
    """Raises `NotFound` for anybody else's; a name in use is refused by the database."""
    template = _lock_own(actor, template_id)
    template.name = name
    template.save(update_fields=["name"])
    return template


@transaction.atomic
def forget_template(*, actor: Actor, template_id: int) -> None:
    """Raises `NotFound` for anybody else's."""
    deleted, _ = JobTemplate.objects.filter(pk=template_id, client_id=actor.user_id).delete()
    if not deleted:
        raise NotFound


def _lock_own(actor: Actor, template_id: int) -> JobTemplate:
    templates = JobTemplate.objects.planned().select_for_update(no_key=True)
    if template := templates.filter(pk=template_id, client_id=actor.user_id).first():
        return template
    raise NotFound
