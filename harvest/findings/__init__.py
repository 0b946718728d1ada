"""What a report found: one outcome's result as one sentence states it, oriented by what is good for the patient."""
