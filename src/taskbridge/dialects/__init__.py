"""The vendors' APIs, a package each. No dialect knows another."""
