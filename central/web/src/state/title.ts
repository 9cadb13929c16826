// What the tab says while it is behind others: that nothing comes from the hub, or how many alarms wait.

export function tabTitle(base: string, waiting: number, lost: string | null): string {
  if (lost !== null) return `⚠ ${lost} · ${base}`;
  return waiting > 0 ? `(${waiting}) ${base}` : base;
}
