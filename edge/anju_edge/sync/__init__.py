"""Facts up to the hub, state down from it."""
