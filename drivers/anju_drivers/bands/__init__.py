"""What the drivers of bands that dial in share: sessions and the server."""
