"""Why a review or a response is refused."""

from core.errors import Conflict, register_constraint


class NotReviewable(Conflict):
    code = "not_reviewable"
    title = "Not reviewable"
    detail = "Only a job's client and a worker with an approved shift on that job may review each other."


class ReviewWindowClosed(Conflict):
    code = "review_window_closed"
    title = "Too late to review"
    detail = "Reviews are open until 30 days after the end of the job."


class AlreadyReviewed(Conflict):
    code = "already_reviewed"
    title = "Already reviewed"
    detail = "You have reviewed this person for this job. A review is written once."


class AlreadyResponded(Conflict):
    code = "already_responded"
    title = "Already responded"
    detail = "You have responded to this review. A response is written once."


register_constraint("rating_review_once", AlreadyReviewed)
