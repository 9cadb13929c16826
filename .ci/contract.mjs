// Writes the types of an OpenAPI document, read from standard input, to a file of ours.
//
//     python central/hub_openapi.py | node .ci/contract.mjs central/web/src/hub/contract.gen.ts
//
// A text that can only be a whole number (a value without a name yet) is typed as one, so that it does not swallow the
// names beside it: "P1" | "P2" | `${number}` stays a union, "P1" | "P2" | string would be any text.
import { writeFileSync } from "node:fs";
import { exit, stdin } from "node:process";
import { json } from "node:stream/consumers";
import openapiTS, { astToString, stringToAST } from "openapi-typescript";

const [target] = process.argv.slice(2);
if (!target) {
  console.error("usage: contract.mjs TARGET < OPENAPI.json");
  exit(2);
}
const WHOLE_NUMBER = "^-?[0-9]+$";
const [{ type: wholeNumber }] = stringToAST("type WholeNumber = `${number}`;");

const document = await json(stdin);
// Titles repeat the names, and what a field is when it is left out is no part of its type.
document.components = JSON.parse(JSON.stringify(document.components), (key, value) => {
  if (key === "title" && typeof value === "string") return undefined;
  if (key === "default" && (value === null || typeof value !== "object" || Array.isArray(value))) return undefined;
  return key === "description" && typeof value === "string" ? value.replace(/\n {4}/g, "\n") : value;
});
const nodes = await openapiTS(document, {
  immutable: true,
  defaultNonNullable: false,
  rootTypes: true,
  rootTypesNoSchemaPrefix: true,
  transform: (schema) => (schema.type === "string" && schema.pattern === WHOLE_NUMBER ? wholeNumber : undefined),
});
writeFileSync(target, `// Made by \`./dev contracts\` from the models of the server. Never edited.\n\n${astToString(nodes)}`);
