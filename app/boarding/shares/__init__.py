"""Shares of a ship's ceiling: how many each device may let aboard by itself, so that all together stay below it."""
