"""Users, their sign-ins, and their permissions."""
