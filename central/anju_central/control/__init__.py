"""State to boxes: time, open incidents; and what boxes say of themselves."""
