"""BPMN elements: one module for each, and the registry of them."""
