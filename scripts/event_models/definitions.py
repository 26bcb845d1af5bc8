"""What the events of the models wait for: one of each kind."""

from bpmn_writing import condition, error, escalation, message, signal, timer

#: Events that wait, and may be interrupting or not; a start variable of the driver makes the condition false.
WAITING = {
    "message": message("news"),
    "signal": signal("alarm"),
    "conditional": condition("${amount > 200}"),
    "timer": timer("PT1H"),
}
#: What catches an error: there is no non-interrupting one.
ERROR = error("oops")
ESCALATION = escalation("help")
#: How files call what is interrupted, and what is not.
STYLES = {"interrupting": False, "beside": True}

#: A model by its name.
Models = dict[str, bytes]
