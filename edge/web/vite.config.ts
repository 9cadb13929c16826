/// <reference types="vitest/config" />
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [vue()],
  // The box serves the page at /kiosk/NAME and its files, held in memory, at /kiosk/assets/.
  base: "/kiosk/",
  build: { target: "es2022", manifest: true, sourcemap: false, modulePreload: { polyfill: false } },
  define: { __VUE_OPTIONS_API__: "false" },
  server: { host: "127.0.0.1", proxy: { "^/kiosk/[a-z0-9-]+/api/": "http://127.0.0.1:8091" } },
  test: { environment: "node", include: ["src/**/*.test.ts"] },
});
