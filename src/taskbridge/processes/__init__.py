"""The processes that come with the program: BPMN files, deployed at its first start."""
