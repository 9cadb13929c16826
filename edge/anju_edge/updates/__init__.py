"""Which version runs, whether it proved itself, and how the next one comes: slots, the health gate, signed updates."""
