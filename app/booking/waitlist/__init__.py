"""The waiting list: join it, be offered freed places, take or leave them."""
