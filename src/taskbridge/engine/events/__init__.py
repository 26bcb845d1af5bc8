"""Events: definitions (what they wait for or throw) and positions (where they stand), one module for each."""
