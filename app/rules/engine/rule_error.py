"""Failures of a rule's logic: a stable code each, the same in the browser's twin."""


class RuleError(Exception):
    """The logic cannot be judged on these facts. `code` is stable; whoever judges refers the person to an officer.

    `facts` and `logic`: not plain JSON (a number outside the safe integers, too deep, too long); `operation`: not of
    the form {operator: [operands]}; `operands`: too few or too many; `type`: an operand of another type; `truth`:
    neither truthy nor falsy; `number`: a sum outside the safe integers; `moment`: not a date or time of an allowed
    form; `steps`: too much work; `missing`: a fact that was needed is not known, named by `fact`.
    """

    def __init__(self, code: str, fact: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.fact = fact
