"""Alembic's folder: ``env.py`` and one file per revision. Run by ``service.db.migrate``, never by an ini file."""
