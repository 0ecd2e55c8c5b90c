"""Pages for people who are not logged in, and for search engines: one for each job, and where to find them."""
