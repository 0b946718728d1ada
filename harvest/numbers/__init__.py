"""Numbers of a report: how many people, which doses, how long, which statistics; each with its place."""
