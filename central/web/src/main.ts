import { createApp } from "vue";
import App from "./App.vue";
import { i18n, showLocale } from "./locales/i18n";
import "./console.css";
import "./access.css";

createApp(App).use(i18n).mount("#app");
showLocale();
