"""Contract fuzzing: made-up requests to all operations; every answer must be one that the documents announce."""
