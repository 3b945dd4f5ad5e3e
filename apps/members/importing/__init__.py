"""Rosters that offices already keep: read as they are, checked, compared with the registry, applied or not at all."""
