"""What a journey costs, what was taken for it, and what comes back."""
