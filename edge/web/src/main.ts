import { createApp } from "vue";

import { Api } from "./kiosk/api";
import PageRoot from "./kiosk/PageRoot.vue";
import "./kiosk/style.css";

const RETRY_MS = 10_000;
const base = location.pathname.replace(/\/+$/, "");
let errors = 0;

/** Something in the page broke: say so calmly, in place of everything, and start afresh once the box serves us. */
function callStaff(): void {
  errors += 1;
  if (document.getElementById("broken")) return;
  const overlay = document.createElement("div");
  overlay.id = "broken";
  overlay.setAttribute("role", "alert");
  for (const [lang, text] of [
    ["zh-CN", "请找工作人员"],
    ["en", "Please call staff"],
  ] as const) {
    const line = document.createElement("p");
    line.lang = lang;
    line.textContent = text;
    overlay.append(line);
  }
  document.body.append(overlay);
  setInterval(() => void new Api(base).isServing().then((serves) => serves && location.reload()), RETRY_MS);
}

addEventListener("error", callStaff);
addEventListener("unhandledrejection", callStaff);
for (const name of ["contextmenu", "selectstart", "dragstart"]) {
  addEventListener(name, (event) => event.preventDefault());
}

const diagonalIn = Number(new URLSearchParams(location.search).get("diagonal")) || null;
const app = createApp(PageRoot, { setup: { base, diagonalIn, errors: () => errors } });
app.config.errorHandler = callStaff;
app.mount("#app");
