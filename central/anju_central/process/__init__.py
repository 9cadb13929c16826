"""One hub for one data folder, and its HTTP socket."""
