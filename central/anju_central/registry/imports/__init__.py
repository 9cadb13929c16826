"""People from spreadsheets: read, checked, compared with the registry, applied in one step, undone as a whole."""
