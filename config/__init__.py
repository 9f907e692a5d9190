"""How the site is wired, and the plumbing that every room shares.

The roof (settings, urls, wsgi, middleware, roles, context) may see every room and nothing sees it.
The plumbing (accounts, audit, letters, jobs, lib) knows no room.
"""
