"""The outbox. A letter is a row written in the transaction that causes it, and sent afterwards by the worker:
at least once, at most twice, or parked where staff see it.
"""
