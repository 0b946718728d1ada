"""The page that checks a pasted text: what arrives, the work beside the event loop, and what the answer shows."""
