"""Requests about messages, and what the real Camunda 7.24 answered to them."""
