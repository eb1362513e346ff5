"""The pages: one’s own data, erasure, durations, the register."""
