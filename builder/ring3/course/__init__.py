"""Assignments: handing them out, taking them in, grading them."""
