"""The resident helper: a process that keeps the model loaded and plans for others of the same person.

It only plans: it has no desktop, looks nothing up and touches nothing. Whoever asks it carries the plan out.
"""
