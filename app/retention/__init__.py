"""Delete personal data whose time has ended."""
