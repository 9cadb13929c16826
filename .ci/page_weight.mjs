// Prints what a built page weighs and fails when its first view is heavier than allowed.
//
//     node page_weight.mjs DIST LIMIT_KB
//
// The first view of an entry is its HTML, its script, all that script imports statically, and their style sheets,
// each compressed with gzip (level 9) as a server would. Needs `build.manifest: true`. 1 kB = 1000 bytes.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { exit } from "node:process";
import { gzipSync } from "node:zlib";

const [dist, limitText] = process.argv.slice(2);
const limitKb = Number(limitText);
if (!dist || !(limitKb > 0)) {
  console.error("usage: page_weight.mjs DIST LIMIT_KB");
  exit(2);
}
const manifest = JSON.parse(readFileSync(join(dist, ".vite/manifest.json"), "utf8"));
const weight = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;
const kb = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

function filesOf(key, seen = new Set(), files = new Set()) {
  if (seen.has(key)) return files;
  seen.add(key);
  const chunk = manifest[key];
  files.add(chunk.file);
  for (const css of chunk.css ?? []) files.add(css);
  for (const other of chunk.imports ?? []) filesOf(other, seen, files);
  return files;
}

function walk(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? walk(path) : [relative(dist, path)];
  });
}

let tooHeavy = false;
for (const [key, chunk] of Object.entries(manifest)) {
  if (!chunk.isEntry) continue;
  const files = [...filesOf(key)];
  if (key.endsWith(".html")) files.unshift(key);
  const total = files.reduce((sum, file) => sum + weight(file), 0);
  for (const file of files) console.log(`  ${kb(weight(file)).padStart(10)}  ${file}`);
  const verdict = total <= limitKb * 1000 ? "ok" : "TOO HEAVY";
  console.log(`${key}: first view ${kb(total)} gz, limit ${limitKb} kB: ${verdict}`);
  tooHeavy ||= total > limitKb * 1000;
}
const all = walk(dist).filter((file) => !file.startsWith(".vite"));
console.log(`all ${all.length} files: ${kb(all.reduce((sum, file) => sum + weight(file), 0))} gz`);
exit(tooHeavy ? 1 : 0);
