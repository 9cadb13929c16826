"""What is true now, in memory: open incidents, contact with boxes, true times."""
