"""Names for ids: rosters, and what screens show instead of pseudonyms."""
