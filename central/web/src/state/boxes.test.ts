import { describe, expect, it } from "vitest";
import {
  byConcern,
  cannotRecord,
  countContacts,
  countDevices,
  devicesByConcern,
  laneKey,
  listedTroubles,
  noteTimeMs,
  readNote,
  readTrouble,
  skew,
  streamTotals,
  versionNews,
} from "./boxes";
import { box, device } from "../testing";

describe("boxes", () => {
  it("are ordered by what needs a person", () => {
    const list = [
      box("fine"),
      box("never", { contact: "never", recording: false }),
      box("fault", { recording: false }),
      box("silent", { contact: "silent" }),
    ];
    expect([...list].sort(byConcern).map((item) => item.box)).toEqual(["silent", "never", "fault", "fine"]);
    expect(countContacts(list)).toEqual({ total: 4, online: 2, silent: 1, never: 1 });
    expect(list.filter(cannotRecord).map((item) => item.box)).toEqual(["fault"]);
  });

  it("say once that they cannot record", () => {
    const troubles = ["EDGE-JNL-001", "EDGE-DRV-001:gate"];
    expect(listedTroubles(box("fault", { recording: false, troubles }))).toEqual(["EDGE-DRV-001:gate"]);
    expect(listedTroubles(box("fine", { troubles }))).toEqual(troubles);
    expect(readTrouble("EDGE-DEV-002:ble:receiver-1")).toEqual({ code: "EDGE-DEV-002", name: "ble:receiver-1" });
  });

  it("say in words where their clock is", () => {
    const at = (skew_ms: number | null): string => skew(box("a", { clock: { quality: "HELD", error_ms: 0, skew_ms } }));
    expect([at(12), at(-999), at(5_000), at(-1e12), at(null)]).toEqual(["same", "same", "ahead", "behind", "unknown"]);
  });

  it("say what is on trial, waits, failed or comes, and nothing else of their versions", () => {
    const version = { running: "2.0", on_trial: false, waiting: "", taken_back: "", update: "" };
    const keys = (fields: Partial<typeof version>): string[] =>
      versionNews(box("a", { version: { ...version, ...fields } })).map(({ key }) => key);
    expect(versionNews(box("a"))).toEqual([]);
    expect(keys({})).toEqual([]);
    expect(keys({ on_trial: true, waiting: "3.0", taken_back: "2.1", update: "x" })).toEqual([
      "onTrial",
      "waitingVersion",
      "takenBack",
      "update",
    ]);
  });

  it("add up their streams", () => {
    const line = { stream: "a", lane: "ALARM", sealed: false, cursor: 1, skipped: 2, lost: 1, quarantined: 0 } as const;
    expect(streamTotals(box("a", { streams: [line, line] }))).toEqual({ n: 2, skipped: 4, lost: 2 });
    expect([laneKey("ALARM"), laneKey("telemetry"), laneKey("9")]).toEqual(["alarm", "telemetry", null]);
  });
});

describe("devices", () => {
  const devices = [device("ok"), device("lost", { heard: false }), device("stray", { adopted: false })];

  it("are heard, not heard, or heard and not adopted", () => {
    const item = box("a", { devices });
    expect(countDevices(item)).toEqual({ heard: 1, silent: 1, unadopted: 1, unknown: 0 });
    expect(devicesByConcern(item).map((line) => line.device)).toEqual(["lost", "stray", "ok"]);
  });

  it("are unknown, not silent, while their box is silent", () => {
    expect(countDevices(box("a", { contact: "silent", devices }))).toEqual({ heard: 0, silent: 0, unadopted: 1, unknown: 2 });
    expect(countDevices(box("a", { devices: [device("x", { heard: null })] }))).toMatchObject({ unknown: 1 });
  });
});

describe("the hub's notes", () => {
  it.each([
    ["fork: a new ALARM stream since 2026-11-24 04:50Z", "born", { why: "fork", lane: "ALARM", at: "2026-11-24 04:50Z" }],
    ["fork: the box's disk and the hub went different ways, last seen 2026-11-24 04:50Z", "forked", { at: "2026-11-24 04:50Z" }],
    ["12 events skipped", "skipped", { n: "12" }],
    ["3 events lost at the hub", "lost", { n: "3" }],
    ["1 events set aside as not understood", "quarantined", { n: "1" }],
    ["roster 7 refused: zones[2].id: twice", "rosterRefused", { n: "7", reason: "zones[2].id: twice" }],
  ])("%s", (text, key, named) => expect(readNote(text)).toEqual({ key, named }));

  it("that are new stay as they are", () => expect(readNote("something else happened")).toBeNull());
  it("have a time", () => expect(new Date(noteTimeMs("2026-11-24 04:50Z")).toISOString()).toBe("2026-11-24T04:50:00.000Z"));
});
