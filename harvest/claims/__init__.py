"""What is said about ketamine, what that asks of the reports, and what they answer."""
