"""The REST API of Camunda 7: handlers named after the operations of openapi/camunda.yaml, and what they share."""
