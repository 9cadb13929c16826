"""From records to what a screen shows."""
