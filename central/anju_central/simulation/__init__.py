"""What demonstrations need of a hub and no district does."""
