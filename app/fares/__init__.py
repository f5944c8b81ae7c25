"""What a place costs on a day, and for whom."""
