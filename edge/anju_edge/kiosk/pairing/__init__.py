"""Which pages may be shown what: a code on the page, approved once, a key bound to the page's address."""
