"""The words of the command `anju-edge`."""
