"""What the product can do, said once for all dialects: rules and use cases, each in one transaction."""
