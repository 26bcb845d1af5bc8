"""The demo: an order process, three users and one running order, for a first look."""
