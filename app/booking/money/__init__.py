"""Prices, payments, receipts and refunds of a journey."""
