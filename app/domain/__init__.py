"""The rules of an exchange as plain Python over values.

Nothing here knows Flask, SQLAlchemy, HTTP or what time it is: facts and the day come in as
arguments, answers go out as values.
"""
