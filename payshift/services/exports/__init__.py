"""Files of rows for staff: asked for, written by a job, fetched for some days."""
