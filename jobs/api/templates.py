from ninja import Query, Status

from core.actor import ApiRequest
from core.errors import InvalidCursor, WrongRole
from core.pagination import Page, PageOut, PageQuery
from core.schemas import problems
from jobs.api.router import router
from jobs.exceptions import TemplateNameTaken, TooManyTemplates, UnknownTrade
from jobs.models import JobTemplate
from jobs.schemas.template import TemplateIn, TemplateNameIn, TemplateOut
from jobs.selectors.templates import templates_of
from jobs.services import templates


@router.get("/job-templates", response={200: PageOut[TemplateOut], **problems(401, 422, InvalidCursor)})
def list_job_templates(request: ApiRequest, page: Query[PageQuery]) -> Page[JobTemplate]:
    """The caller's templates, the last kept first."""
    return templates_of(actor=request.auth, page=page)


@router.post(
    "/job-templates",
    response={201: TemplateOut, **problems(401, 422, WrongRole, UnknownTrade, TooManyTemplates, TemplateNameTaken)},
)
def keep_job_template(request: ApiRequest, payload: TemplateIn) -> Status[JobTemplate]:
    """Keep the terms of a posting under a name, without its days. It posts nothing."""
    terms = payload.terms.model_dump(mode="json")
    return Status(201, templates.keep_template(actor=request.auth, name=payload.name, terms=terms))


@router.patch(
    "/job-templates/{int:template_id}", response={200: TemplateOut, **problems(401, 404, 422, TemplateNameTaken)}
)
def rename_job_template(request: ApiRequest, template_id: int, payload: TemplateNameIn) -> JobTemplate:
    """Give a template another name."""
    return templates.rename_template(actor=request.auth, template_id=template_id, name=payload.name)


@router.delete("/job-templates/{int:template_id}", response={204: None, **problems(401, 404)})
def delete_job_template(request: ApiRequest, template_id: int) -> Status[None]:
    """Forget a template. Jobs that were posted of it stay as they are."""
    return Status(204, templates.forget_template(actor=request.auth, template_id=template_id))
