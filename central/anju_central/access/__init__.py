"""Who may speak: callers, and the boxes that may connect."""
