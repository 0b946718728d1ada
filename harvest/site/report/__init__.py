"""What the page of a report tells, one module for each part: tags and their words, facts, findings, kin, similar reports.

Each offers functions from rows of the database to small frozen records that the template only has to write down.
"""
