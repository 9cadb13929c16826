"""The kiosk pages' side of the box: the role behind them, the HTTP server and its guards."""
