"""Demo data and the narrated main job. For development: nothing here runs in production."""
