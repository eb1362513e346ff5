"""The delivery log: what left, what waits, what failed and why; never what it said nor who read it."""
