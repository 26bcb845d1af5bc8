"""The engine: BPMN reader, process graph, interpreter, expressions. Pure: no SQL, no HTTP, no clock, no vendor."""
