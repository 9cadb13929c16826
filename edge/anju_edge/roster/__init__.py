"""What the hub says of this community, applied whole or not at all."""
