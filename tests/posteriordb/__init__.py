"""The 147 posteriors of posteriordb: what the language says of them, and what Stan does.

``posteriors.tsv`` maps each to a program in ``programs/`` that states its model and priors, or to
one in ``refused/`` with the code of the error that a user would meet. The data stay outside:
``python -m tests.posteriordb --data PATH`` reads them there, and compares.
"""
