from ninja import Router

from core.actor import ApiRequest
from core.schemas import problems
from payment.schemas.receipts import JobReceiptOut
from payment.selectors.receipts import receipts_of_job

router = Router(tags=["receipts"])


@router.get("/jobs/{int:job_id}/receipt", response={200: JobReceiptOut, **problems(401, 404)})
def get_job_receipt(request: ApiRequest, job_id: int) -> JobReceiptOut:
    """A numbered receipt for each payment that the caller made or received for this job, with its fee."""
    return JobReceiptOut.of(*receipts_of_job(actor=request.auth, job_id=job_id))
