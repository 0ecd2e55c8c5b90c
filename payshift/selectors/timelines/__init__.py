"""Everything that happened to a job or a person, for staff: newest first, a page in one statement."""
