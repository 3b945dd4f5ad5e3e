"""Proposals: who might be paired with whom. Nothing is applied that a person has not seen and ticked."""
