"""Finds in a text what is said about ketamine, and says how it stands with each statement."""
