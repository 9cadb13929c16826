"""One file for each format of an advertisement: bytes in, values out."""
