"""Facts from boxes: handshake, credits, batches into the store, answers after the commit."""
