"""What was done, by whom, about what: written once, never changed. Knows no room, so it has no foreign keys."""
