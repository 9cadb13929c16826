"""What the hub tells the box to do."""
