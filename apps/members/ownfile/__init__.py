"""成员自助: the member's own way into what the registry holds, without a user account."""
