"""Places: how many there are, how many are taken, how many souls a ship may carry."""
