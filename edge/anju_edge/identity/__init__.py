"""Who the box is to its hub: key, certificate, claim, renewal, and why it is not served."""
