"""The event store: what boxes sent, kept in order, each fact once."""
