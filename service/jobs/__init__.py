"""Background work as rows: states, the repository and nothing that knows Celery."""
