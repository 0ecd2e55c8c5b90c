"""Which places are free, for all jobs at once: what triggers keep per write (migration `places_of_shifts`)."""

# Of jobs that are over nobody asks any more.
TAKEN = """
UPDATE jobs_shift s SET taken_count = c.taken FROM (
    SELECT a.shift_id, count(*) AS taken
    FROM jobs_job j JOIN jobs_shift s ON s.job_id = j.id
    JOIN jobs_shiftassignment a ON a.shift_id = s.id AND a.status <> 'canceled'
    WHERE j.status IN ('upcoming', 'ongoing') GROUP BY a.shift_id
) c WHERE s.id = c.shift_id
"""
# Nobody who was loaded gave a shift back: a job is open on all days that are not full.
OPEN = """
UPDATE jobs_job j SET open_until = s.until, is_open = true, part_open = s.some_full FROM (
    SELECT s.job_id, max(s.starts_at) FILTER (WHERE s.taken_count < j.applicants_needed) AS until,
           bool_or(s.taken_count >= j.applicants_needed) AS some_full
    FROM jobs_job j JOIN jobs_shift s ON s.job_id = j.id AND s.canceled_at IS NULL
    WHERE j.canceled_at IS NULL
        AND (j.status = 'upcoming' AND j.accepted_count < j.applicants_needed OR j.status = 'ongoing')
    GROUP BY s.job_id
) s WHERE j.id = s.job_id AND s.until IS NOT NULL
"""
