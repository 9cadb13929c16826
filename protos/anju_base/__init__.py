"""What box and hub both need and is no message."""
