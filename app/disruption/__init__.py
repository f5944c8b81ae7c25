"""What becomes of people when a plan changes: who loses a place, and the way out."""
