"""结对表 and 走访台账 that offices already keep, brought by the walk of `apps.members.importing`."""
