"""The demo: three people, two contracts on their way and a translation, for a first look."""
