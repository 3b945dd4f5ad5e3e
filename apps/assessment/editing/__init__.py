"""Making a scheme: the document that is edited, its checks, its forms, files, versions and trial scores.

A scheme is edited as its document: the mappings and lists that its file holds. `schemefile.check` says what is wrong
with it; nothing here repeats a check. Rows of the database follow when the scheme opens or a change is put in force.
"""
