import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { chunks } from "./tools/chunks.ts";
import { forServing } from "./tools/for-serving.ts";
import { leafletWithoutHtml } from "./tools/leaflet-without-html.ts";

// Where the API runs while the app is developed: `make web` sets it.
const api = process.env.PAYSHIFT_URL ?? "http://127.0.0.1:8000";
// The API compares Host and Origin of a refresh, so the proxy keeps the Host that the browser sent.
const proxy = { target: api, changeOrigin: false };

const WITH_THE_PAGE = /assets\/(early|shared|rolldown-runtime)-/;

/** Libraries ask where they run, and whether somebody develops. The answers are known: what is for elsewhere stays behind. */
const IN_A_BROWSER = {
  ...{ "typeof window": '"object"', "typeof document": '"object"', "typeof navigator": '"object"' },
  "typeof __REACT_DEVTOOLS_GLOBAL_HOOK__": '"undefined"',
};

export default defineConfig(({ command }) => ({
  define: command === "build" ? IN_A_BROWSER : {},
  plugins: [react(), tailwindcss(), leafletWithoutHtml(), forServing()],
  resolve: {
    alias: {
      "@": fileURLToPath(new URL("./src", import.meta.url)),
      // React has had it since 18: the shim for older ones would travel for nothing.
      "use-sync-external-store/shim/with-selector": "use-sync-external-store/with-selector",
    },
  },
  build: {
    target: "es2022",
    outDir: "dist/root",
    // An inlined asset would need `data:` where the policy allows none.
    assetsInlineLimit: 0,
    modulePreload: {
      polyfill: false,
      // What the page itself has brought needs no mention beside each screen's own files, and neither does the file that
      // is asked for in the same moment: its name would stand in the first screen's JavaScript twice.
      resolveDependencies: (file, needed, { hostType }) =>
        hostType === "js" ? needed.filter((other) => other !== file && !WITH_THE_PAGE.test(other)) : needed,
    },
    manifest: true,
    rolldownOptions: {
      input: { index: "index.html", sw: "src/sw.ts" },
      // The service worker's address must stay the same for ever: browsers ask for it again there.
      output: {
        entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
        codeSplitting: { groups: chunks },
      },
    },
  },
  server: { host: "127.0.0.1", proxy: { "/api": proxy, "/media": proxy, "/dev": proxy, "^/j(/\\d+)?$": proxy } },
}));
