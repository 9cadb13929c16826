"""Lists as spreadsheets: what leaves the registry, with a reason and a second person who approves."""
