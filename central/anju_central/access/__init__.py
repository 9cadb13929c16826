"""Who may speak to the hub: boxes by their certificates, people by their accounts."""
