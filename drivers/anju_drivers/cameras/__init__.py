"""What all camera drivers share: options, triggers and their edges, the camera's clock."""
