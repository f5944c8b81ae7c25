"""Steps off: passengers who were aboard and went ashore at a call, until each has come back or the ship has left."""
