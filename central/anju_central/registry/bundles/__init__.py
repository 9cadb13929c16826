"""What boxes are told of the registry: one bundle a community, and what changes from revision to revision."""
