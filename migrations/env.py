"""How Alembic reaches the database: through the application's own engine and tables."""

from alembic import context
from flask import current_app

from campaign.core.db import db

target_metadata = db.metadata


def run_migrations() -> None:
    """Bring the schema up or down, each revision in its own transaction."""
    extension = current_app.extensions["migrate"]
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=target_metadata,
            transaction_per_migration=True,
            **extension.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


run_migrations()
