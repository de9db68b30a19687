"""The outside world: the event store, the embedded PostgreSQL, migrations, keys and settings."""
