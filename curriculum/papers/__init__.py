"""Paper: what is taught, set as PDF. `press` prints, `parts` says what stands on a page, `cards` is for anyone.

`sizes` says how large. The looks are typst files in `type/`; what they say comes in as data, with every word in the
reader's language. Pages are tagged, have a title and a language, and bring their own letters. Nothing is written to a
disk.
"""
