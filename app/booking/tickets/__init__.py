"""The signed code of a ticket."""
