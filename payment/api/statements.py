from ninja import Path, Router, Status

from core.actor import ApiRequest
from core.schemas import problems
from payment.documents.links import link_to
from payment.documents.opening import Document, DocumentKind
from payment.schemas.receipts import AccountStatementOut, DocumentLinkOut, MonthName
from payment.selectors.statements import month_of_person, statement_sums
from payment.services.periods import month_named

router = Router(tags=["receipts"])


@router.get("/wallet/statements/{month}", response={200: AccountStatementOut, **problems(401, 404, 422)})
def get_statement(request: ApiRequest, month: Path[MonthName]) -> AccountStatementOut:
    """The caller's month: what was there, came, went, and is there. A month that is over never changes."""
    found = month_of_person(user_id=request.auth.user_id, month=month_named(month))
    return AccountStatementOut.of(found, statement_sums(found))


@router.post("/wallet/statements/{month}/link", response={201: DocumentLinkOut, **problems(401, 404, 422)})
def link_statement(request: ApiRequest, month: Path[MonthName]) -> Status[DocumentLinkOut]:
    """Addresses that open the month with every movement, as page, PDF and CSV, without a log-in, for minutes."""
    document = Document(request.auth.user_id, DocumentKind.STATEMENT, month)
    return Status(201, DocumentLinkOut.model_validate(link_to(document)))
