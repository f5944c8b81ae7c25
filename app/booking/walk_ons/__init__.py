"""People who are let aboard without a ticket: each is a soul with a line of their own."""
