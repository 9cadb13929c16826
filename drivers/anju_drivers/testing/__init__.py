"""What simulators and captures of all drivers share."""
