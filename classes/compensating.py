"""What families get for a date that changed: a make-up right beyond their terms, or their exact part of the price."""
