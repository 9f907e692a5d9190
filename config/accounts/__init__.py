"""Who signs in, and what a view may ask of its reader.

User signs in by e-mail. `guards` makes the decorators that every view wears exactly one of.
"""
