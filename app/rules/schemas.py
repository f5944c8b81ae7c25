"""The shapes in which rules go out."""

from marshmallow import Schema, fields


class WordsOut(Schema):
    """A sentence in each language."""

    id = fields.String(required=True)
    en = fields.String(required=True)


class ClosedByOut(Schema):
    """A rule that refuses to sell, with what the traveler is told."""

    rule = fields.String(required=True, attribute="code", metadata={"description": "Its code."})
    sentence = fields.Nested(WordsOut, required=True, attribute="traveler")
    next = fields.Nested(WordsOut, required=True)
