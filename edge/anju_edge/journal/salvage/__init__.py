"""What a damaged journal still gives."""
