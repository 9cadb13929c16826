"""Alembic migrations of the registry: each only goes forward, and a released one is never edited."""
