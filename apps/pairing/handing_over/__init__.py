"""移交: all pairs of a cadre who moves, leaves or is away go to others, and what they were working on with them."""
