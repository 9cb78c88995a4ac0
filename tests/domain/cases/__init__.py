"""Argued cases: what goes in, what must come out, and why that is right, in words.

One module a subject, each a table. `tests/domain/test_cases.py` checks every one of them, and
`docs/rules.md` is written from them, so that the page shows nothing that is not so.
"""
