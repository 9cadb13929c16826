"""The emergency file: the one file of a card whose other files are encrypted that tells of people. See docs/card.md."""
