"""What the pages of claims and questions show: the list, the studies on each side, the searches, what would change it."""
