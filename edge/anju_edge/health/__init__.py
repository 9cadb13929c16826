"""How the box is: one picture for people, Prometheus and the hub."""
