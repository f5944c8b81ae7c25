"""What the travel rules ask of a passenger, and when they close a sale."""
