#!/usr/bin/env bash
# zeep 4.3.3 (the SOAP client under onvif-zeep-async): valid values that reach the caller as None or shortened.
#
# 1. xs:dateTime "2026-11-05T24:00:00Z" and xs:time "24:00:00" become None, in elements and attributes; only a log
#    line tells. XML Schema part 2 (second edition), 3.2.7.1 and 3.2.8: hour 24 is allowed with minutes and seconds
#    zero and means the first instant of the next day. libxml2's validator takes both. An event at midnight loses its
#    time, and so does the end of a schedule.
# 2. xs:date keeps no zone: "2026-11-05+08:00" and "2026-11-05Z" give the same date. 3.2.9 allows the zone, and the two
#    days begin eight hours apart.
# 3. An empty xs:string becomes None, as if the element were nil. An empty element of xs:string holds the empty string;
#    nil has to be said with xsi:nil (XML Schema part 1, 2.6.2).
#
# So: treat None as "not understood", not as "not sent", and take the receiving time for an event without one.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" -qq install --no-cache-dir --only-binary :all: --no-deps \
  zeep==4.3.3 lxml==6.1.3 isodate==0.7.2 attrs==26.1.0 platformdirs==4.14.8 requests==2.34.2 requests-file==3.0.1 \
  requests-toolbelt==1.0.0 certifi==2026.10.19.post1 charset-normalizer==3.5.3 idna==3.20 urllib3==2.8.0

"$work/env/bin/python" - <<'PY'
import datetime
import logging
import sys

from lxml import etree
from zeep import xsd

logging.disable(logging.CRITICAL)
SCHEMA = etree.fromstring(
    """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
        targetNamespace="urn:calls" elementFormDefault="qualified">
      <xs:element name="call"><xs:complexType>
        <xs:sequence>
          <xs:element name="at" type="xs:dateTime"/>
          <xs:element name="until" type="xs:time"/>
          <xs:element name="day" type="xs:date"/>
          <xs:element name="note" type="xs:string"/>
        </xs:sequence>
        <xs:attribute name="utc" type="xs:dateTime"/>
      </xs:complexType></xs:element>
    </xs:schema>"""
)
validator, schema = etree.XMLSchema(SCHEMA), xsd.Schema(SCHEMA)


def read(at, until, day, note):
    call = etree.fromstring(
        f'<call xmlns="urn:calls" utc="{at}">'
        f"<at>{at}</at><until>{until}</until><day>{day}</day><note>{note}</note></call>"
    )
    if not validator.validate(call):
        sys.exit(f"libxml2 does not call this valid any more: {validator.error_log}")
    return schema.get_element("{urn:calls}call").parse(call, schema)


before = read("2026-11-05T23:59:59Z", "23:59:59", "2026-11-05Z", "fell")
print(f"23:59:59 -> at {before.at}, utc {before.utc}, until {before.until}")
if before.at != before.utc or before.at.second != 59 or before.until.second != 59 or before.note != "fell":
    sys.exit("zeep does not read the plain call as before")
midnight = read("2026-11-05T24:00:00Z", "24:00:00", "2026-11-05+08:00", "")
print(f"24:00:00 -> at {midnight.at}, utc {midnight.utc}, until {midnight.until}")
if (midnight.at, midnight.utc, midnight.until) != (None, None, None):
    sys.exit("zeep reads hour 24 otherwise now")
print(f"2026-11-05Z -> {before.day!r}, 2026-11-05+08:00 -> {midnight.day!r}")
if not before.day == midnight.day == datetime.date(2026, 11, 5):
    sys.exit("zeep reads the zone of a date otherwise now")
print(f"empty note -> {midnight.note!r}")
if midnight.note is not None:
    sys.exit("zeep reads an empty string otherwise now")
PY
