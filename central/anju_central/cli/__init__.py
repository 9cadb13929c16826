"""The hub's command line, one file a group of commands."""
