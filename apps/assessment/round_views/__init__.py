"""Pages of a round: where it stands, the office's statement, the review, marks, objections, decision, publications."""
