"""Money, times, references, secrets: each module could move to another project. No words of the field here."""
