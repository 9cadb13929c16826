"""What Alembic runs for each command: on the connection, and in the transaction, that its caller opened."""

from __future__ import annotations

from alembic import context

from anju_central.registry.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=context.config.attributes["version_table"],
)
context.run_migrations()
