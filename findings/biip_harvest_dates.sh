#!/usr/bin/env bash
# biip 5.2.0: a span of harvest dates, GS1 application identifier (7007).
#
#   (01)07032069804988(7007)261101        -> 2026-11-01 (right)
#   (01)07032069804988(7007)261101261105  -> the whole message is refused, GTIN included:
#                                            Failed to parse GS1 AI (7007) date/time from '261101261105'.
#   (01)07032069804988(7007)201101201105  -> 2020-11-01 20:11:05
#
# GS1 General Specifications, "Harvest date: AI (7007)": six digits for a day, twelve for the first and the last day.
# biip's own table says the same: N4+N6[+N6], "Harvest date (YYMMDD[YYMMDD])". The last day is read as a time of
# day, so that spans up to 2023 gave a time that nobody wrote and since 2024 (hour 24) every span is refused.
#
# So: parse with gs1_element_strings_verify_date=False, which keeps the GTIN and the twelve digits, and split them.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" -qq install --no-cache-dir --only-binary :all: --no-deps biip==5.2.0

"$work/env/bin/python" - <<'PY'
import datetime
import sys

import biip


def harvest(digits, **config):
    """The GTIN, and the day and time of harvest, of a food parcel's code."""
    parsed = biip.parse("0107032069804988" + "7007" + digits, config=biip.ParseConfig(**config))
    if parsed.gs1_message is None:
        return parsed.gtin, parsed.gs1_message_error
    element = next(string for string in parsed.gs1_message.element_strings if string.ai.ai == "7007")
    return parsed.gtin.as_gtin_14(), element.ai.description, element.value, element.date, element.datetime


GTIN, ABOUT, DAY = "07032069804988", "Harvest date (YYMMDD[YYMMDD])", datetime.date
for digits, config, known in (
    ("261101", {}, (GTIN, ABOUT, "261101", DAY(2026, 11, 1), None)),
    ("261101261105", {}, (None, "Failed to parse GS1 AI (7007) date/time from '261101261105'.")),
    (
        "201101201105",
        {},
        (GTIN, ABOUT, "201101201105", DAY(2020, 11, 1), datetime.datetime(2020, 11, 1, 20, 11, 5)),
    ),
    (
        "261101261105",
        {"gs1_element_strings_verify_date": False},
        (GTIN, ABOUT, "261101261105", None, None),
    ),
):
    seen = harvest(digits, **config)
    print(digits, config, "->", *seen)
    if seen != known:
        sys.exit(f"biip reads the harvest {digits} otherwise now: {seen}")
PY
