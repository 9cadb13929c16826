#!/usr/bin/env bash
# pysqlite3-binary 0.5.4.post2 and apsw 3.54.1.0: `execute("PRAGMA incremental_vacuum(100)")` gives ONE page back, not 100.
#
#   500 free pages, then                          free afterwards
#   pysqlite3  execute(...)                       499
#   pysqlite3  execute(...).fetchall()            399 of 499
#   pysqlite3  executescript(...)                 299 of 399
#   apsw       execute(...), not iterated         499
#   apsw       list(execute(...))                 399 of 499
#
# The PRAGMA frees one page at each step of its statement and says "row" in between, without a column. `execute` takes
# the first step; who fetches nothing, since there is nothing to fetch, has freed 4 KiB and gets no error. On a full disk
# that looks as if the file could not shrink. The standard module of Python 3.11 (SQLite 3.40.1) is worse off: there even
# fetchall() frees one page only, and executescript is the way; its figures are printed below and not judged.
#
# So: run it by executescript, and read freelist_count afterwards.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" -qq install --no-cache-dir --only-binary :all: pysqlite3-binary==0.5.4.post2 apsw==3.54.1.0

cd "$work"
env/bin/python - <<'PY'
import sqlite3
import sys

import apsw
import pysqlite3

VACUUM = "PRAGMA incremental_vacuum(100)"
MADE = (
    "PRAGMA auto_vacuum=INCREMENTAL",
    "CREATE TABLE t(b)",
    "INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<500) SELECT randomblob(4000) FROM n",
    "DELETE FROM t",
)


def free_after(connection, *ways):
    def rows(sql):
        return list(connection.execute(sql))

    for sql in MADE:
        rows(sql)
    found = [rows("PRAGMA freelist_count")[0][0]]
    for way in ways:
        way(connection)
        found.append(rows("PRAGMA freelist_count")[0][0])
    return found


def executed(connection):
    connection.execute(VACUUM)


def fetched(connection):
    list(connection.execute(VACUUM))


def scripted(connection):
    connection.executescript(VACUUM)


mine = free_after(pysqlite3.connect("a.db", isolation_level=None), executed, fetched, scripted)
others = free_after(apsw.Connection("b.db"), executed, fetched)
here = free_after(sqlite3.connect("c.db", isolation_level=None), executed, fetched, scripted)
print("pysqlite3", pysqlite3.sqlite_version, "free pages", mine)
print("apsw", apsw.apsw_version(), "free pages", others)
print("sqlite3 of Python", sys.version.split()[0], sqlite3.sqlite_version, "free pages", here)
if mine != [500, 499, 399, 299] or others != [500, 499, 399]:
    sys.exit("another behaviour than the one described above")
PY
