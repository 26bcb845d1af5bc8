"""The parts of the benchmark: its load, its floor, the servers it starts, and the figures it prints."""
