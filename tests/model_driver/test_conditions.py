"""Which variable makes a condition true."""

import pytest

from model_driver.conditions import Setting, fulfilling


@pytest.mark.parametrize(
    ("condition", "setting"),
    [
        ("${amount > 200}", Setting("amount", "Integer", 201)),
        ("#{ amount lt -3 }", Setting("amount", "Integer", -4)),
        ("${amount >= 7}", Setting("amount", "Integer", 7)),
        ("${amount != 7}", Setting("amount", "Integer", 8)),
        ("${state == 'done'}", Setting("state", "String", "done")),
        ('${state ne "done"}', Setting("state", "String", "done+")),
        ("${ready}", Setting("ready", "Boolean", True)),
        ("${!ready}", Setting("ready", "Boolean", False)),
        ("${ready == true}", Setting("ready", "Boolean", True)),
        ("${ready != true}", Setting("ready", "Boolean", False)),
        ("${ready == false}", Setting("ready", "Boolean", False)),
        ("${a == b}", None),
        ("${a > 1 and b > 1}", None),
        ("text", None),
        ("", None),
    ],
)
def test_a_condition_that_compares_a_variable_with_a_constant_can_be_made_true(
    condition: str, setting: Setting | None
) -> None:
    assert fulfilling(condition) == setting


def test_a_setting_is_a_value_of_the_api() -> None:
    assert Setting("amount", "Integer", 201).typed() == {"type": "Integer", "value": 201}
