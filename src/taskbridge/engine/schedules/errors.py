"""What is wrong with a schedule, in the vendor's words. Calls nothing."""


class InvalidSchedule(ValueError):
    """A timer's text or value gives no moment: the message of the vendor's engine, and the class of its exception."""

    def __init__(self, message: str, exception: str = "ProcessEngineException") -> None:
        super().__init__(message)
        self.exception = exception
