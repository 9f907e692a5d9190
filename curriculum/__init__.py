"""What is taught: strokes and how they are drawn, routines, plans and their weeks, and all that is said with them.

Main words: Stroke, Routine, Plan, Lesson, State, Cue, Precaution, Oil, Claim. Loaded from `data/` by `load_curriculum`,
editable in the admin, where an edit is never overwritten by a later load. Knows nothing of families or classes.
"""
