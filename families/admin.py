"""The office and the trainers see no baby, no health answer and no diary: this room shows nothing in the admin.

Erasure, disputes and reasoned access get pages of their own, where a reason is written down first.
"""
