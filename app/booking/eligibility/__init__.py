"""Requirements of the travel rules for a passenger, and the rules that close a sale."""
