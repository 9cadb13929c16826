"""All questions about people, and all changes of them. Each function takes the caller first, then the registry.

The caller's purpose decides which fields are read (`fields_by_purpose.py`), its communities whose people there are, and
each read of a person is in the log of look-ups before its answer is handed out. A function is one transaction.
"""
