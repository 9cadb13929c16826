"""All questions to the registry and all its changes. Each function takes the caller first, then the registry.

A function is one transaction. What is asked is restricted to the caller's communities by the session (`scope`).
"""
