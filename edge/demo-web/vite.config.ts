/// <reference types="vitest/config" />
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [vue()],
  base: "/",
  build: { target: "es2022", manifest: true, sourcemap: false, modulePreload: { polyfill: false } },
  define: { __VUE_OPTIONS_API__: "false" },
  test: { environment: "node", include: ["src/**/*.test.ts"] },
});
