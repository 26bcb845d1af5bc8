"""Tests of the product's own API."""
