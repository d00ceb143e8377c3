"""A language model as a reader of products, and a probe of what it knows of prices.

Any OpenAI-compatible endpoint. ``plan_attributes`` and ``plan_probe`` say what would be sent; ``ask_attributes`` and
``ask_probe`` send it, and nothing else does. Answers are kept by what was asked, so nothing is asked twice; the key is
read from the environment for the request alone.
"""

from core.llm.answers import FAILURES, OK
from core.llm.attributes import (
    AskSpec,
    ask_attributes,
    attribute_answers,
    attribute_inputs,
    attributes_stamp,
    plan_attributes,
)
from core.llm.endpoint import Endpoint, SendSpec, Tariff
from core.llm.gauge import dollars
from core.llm.inputs import Inputs
from core.llm.kept import Answer
from core.llm.key import KEY_VARIABLE, key_is_set
from core.llm.plan import SAMPLE, SendPlan
from core.llm.probe import (
    PROBE_ROWS,
    RULE_PCT,
    Paired,
    Probe,
    ask_probe,
    plan_probe,
    probe_answers,
    probe_inputs,
    read_probe,
)
from core.llm.rules import OPEN_MODELS, RULES, OpenModel
from core.llm.table import attribute_table, read_rows, shown_readings, side_name, write_side_table
from core.llm.task import AskSummary

__all__ = [
    "FAILURES",
    "KEY_VARIABLE",
    "OK",
    "OPEN_MODELS",
    "PROBE_ROWS",
    "RULES",
    "RULE_PCT",
    "SAMPLE",
    "Answer",
    "AskSpec",
    "AskSummary",
    "Endpoint",
    "Inputs",
    "OpenModel",
    "Paired",
    "Probe",
    "SendPlan",
    "SendSpec",
    "Tariff",
    "ask_attributes",
    "ask_probe",
    "attribute_answers",
    "attribute_inputs",
    "attribute_table",
    "attributes_stamp",
    "dollars",
    "key_is_set",
    "plan_attributes",
    "plan_probe",
    "probe_answers",
    "probe_inputs",
    "read_probe",
    "read_rows",
    "shown_readings",
    "side_name",
    "write_side_table",
]
