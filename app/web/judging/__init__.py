"""Verdicts and rules on screens, shared by doors."""
