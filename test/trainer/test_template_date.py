"""The date that templates see is the same in the trainer and in the inference host."""

import json
import pathlib
from datetime import datetime

import pytest

from training_camp.template import ChatTemplate
from training_camp.template_date import strftime_now

DATES = json.loads((pathlib.Path(__file__).parents[1] / "fixtures" / "templates" / "dates.json").read_text())


@pytest.mark.parametrize(("pattern", "expected"), DATES.items())
def test_a_template_sees_the_fixed_date(pattern, expected):
    for lead, kept in (("  {% if strftime_now is defined %}", ""), (" ", " ")):
        end = "{% endif %}" if "if" in lead else ""
        template = ChatTemplate(f"{lead}{{{{ strftime_now('{pattern}') }}}}{end}", {})
        assert template.render([]) == kept + expected


def test_the_table_is_what_strftime_says():
    for code in "aAwdjbBmyYHIpMSfGVuUWxXc%":
        assert strftime_now(f"%{code}") == datetime(2025, 1, 1).strftime(f"%{code}"), code
