"""百企大走访: campaigns of visits to organizations."""
