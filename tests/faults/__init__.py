"""A peer on loopback that misbehaves on request, and what becomes of exchanges that meet it."""
