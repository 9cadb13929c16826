"""How the box is: one snapshot for people, Prometheus and the hub."""
