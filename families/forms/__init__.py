"""What families type: the diary, and what is kept about the household."""
