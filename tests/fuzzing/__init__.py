"""Contract fuzzing: made-up requests to all operations of all documents; every answer must be one that they announce."""
