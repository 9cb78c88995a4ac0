"""Gift cards that are given from here: from the pool, or made by the shop's own program."""
