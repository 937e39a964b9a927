"""Background work as rows: what states a job has, who writes what about it. Nothing here knows Celery."""
