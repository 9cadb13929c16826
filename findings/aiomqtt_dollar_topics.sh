#!/usr/bin/env bash
# aiomqtt 2.5.1: Topic.matches lets a leading wildcard match topics that begin with "$".
#
#   $SYS/broker/uptime  against  #                 aiomqtt: True   paho: False
#   $SYS/broker/uptime  against  +/broker/uptime   aiomqtt: True   paho: False
#   $SYS/broker/uptime  against  $SYS/#            both True
#   house/301/call      against  #                 both True
#
# MQTT 5.0, 4.7.2 (and 3.1.1, 4.7.2): a filter that starts with a wildcard does not match topic names that begin with
# "$"; [MQTT-4.7.2-1] binds the broker, so no broker sends $SYS for "#". paho-mqtt 2.2.0, on which aiomqtt stands, keeps
# to it in topic_matches_sub. A program that also listens to "$SYS/#" and sorts by Topic.matches hands the broker's
# statistics to whoever takes "+/+/..." from devices.
#
# So: sort "$" topics out first, or ask paho.mqtt.client.topic_matches_sub.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" -qq install --no-cache-dir --only-binary :all: --no-deps aiomqtt==2.5.1 paho-mqtt==2.2.0 \
  typing-extensions==4.16.0

"$work/env/bin/python" - <<'PY'
import sys

from aiomqtt import Topic
from paho.mqtt.client import topic_matches_sub

for topic, wildcard, known in (
    ("$SYS/broker/uptime", "#", (True, False)),
    ("$SYS/broker/uptime", "+/broker/uptime", (True, False)),
    ("$SYS/broker/uptime", "$SYS/#", (True, True)),
    ("house/301/call", "#", (True, True)),
    ("house/301/call", "$SYS/#", (False, False)),
):
    seen = (Topic(topic).matches(wildcard), topic_matches_sub(wildcard, topic))
    print(f"{topic} against {wildcard}: aiomqtt {seen[0]}, paho {seen[1]}")
    if seen != known:
        sys.exit(f"{topic} against {wildcard} is answered otherwise now: {seen} instead of {known}")
PY
