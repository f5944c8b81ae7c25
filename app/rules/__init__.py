"""Travel rules as dated data, judged the same here and in the browser."""
