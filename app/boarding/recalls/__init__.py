"""Recalls: people whom a device without signal let aboard and the server did not accept, until each has an end."""
