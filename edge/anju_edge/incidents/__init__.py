"""The incidents that people at this box handle."""
