"""WorldServer's REST API, v1 and v2: process instances as tasks that move through the steps of a workflow."""
