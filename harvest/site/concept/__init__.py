"""What the pages of conditions, outcomes, drugs and the other concepts, and of studies, are made of."""
