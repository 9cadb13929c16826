// Writes DIST/THIRD_PARTY.txt: name, version, licence and licence text of everything that is built into a page.
//
//     node third_party.mjs WORKSPACE DIST
//
// The list is what WORKSPACE depends on at run time, after the lock file, with all that those depend on. Types and
// build tools are not in the page and not in the list. A package without a licence stops the build.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { exit } from "node:process";
import { fileURLToPath } from "node:url";

const [workspace, dist] = process.argv.slice(2);
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
if (!workspace || !dist || !packages[workspace]) {
  console.error("usage: third_party.mjs WORKSPACE DIST");
  exit(2);
}

// As Node resolves: the nearest node_modules upwards.
function locate(name, from) {
  for (let at = from; ; at = at.includes("/node_modules/") ? at.slice(0, at.lastIndexOf("/node_modules/")) : "") {
    const path = at ? `${at}/node_modules/${name}` : `node_modules/${name}`;
    if (packages[path]) return path;
    if (!at) return null;
  }
}

const found = new Map();
const waiting = [workspace];
while (waiting.length) {
  const from = waiting.pop();
  for (const name of Object.keys(packages[from].dependencies ?? {})) {
    const path = locate(name, from);
    if (!path || found.has(path) || name.startsWith("@types/") || packages[path].optional) continue;
    found.set(path, name);
    waiting.push(path);
  }
}

const parts = [];
for (const [path, name] of [...found].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const { version, license } = packages[path];
  if (!license) {
    console.error(`${name} ${version}: no licence in the lock file`);
    exit(1);
  }
  const folder = join(root, path);
  const file = existsSync(folder) && readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(join(folder, file), "utf8").trim() : `(${license}; the package holds no licence text)`;
  parts.push(`${name} ${version} (${license})\n\n${text}\n`);
}
writeFileSync(join(dist, "THIRD_PARTY.txt"), parts.join(`\n${"-".repeat(80)}\n\n`));
console.log(`THIRD_PARTY.txt: ${parts.length} packages`);
