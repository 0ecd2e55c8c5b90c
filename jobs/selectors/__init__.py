from jobs.selectors.jobs import job_for_payment

__all__ = ["job_for_payment"]
