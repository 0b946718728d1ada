"""The search as the site offers it: ``held`` keeps the index of a served file, ``found`` answers a question, ``listing`` reads
the reports of a page, ``context`` makes what the page and its JSON show, ``table`` the CSV."""
