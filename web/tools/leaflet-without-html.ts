/** Leaflet asks the browser whether it draws SVG by writing HTML when it is loaded, which the page's policy refuses.
    The same question, asked without HTML. */

import type { Plugin } from "vite";

const ASKED = "div.innerHTML = '<svg/>';";
const INSTEAD = "div.appendChild(document.createElementNS('http://www.w3.org/2000/svg', 'svg'));";

export function leafletWithoutHtml(): Plugin {
  return {
    name: "payshift-leaflet-without-html",
    transform(code, id) {
      if (!id.includes("/leaflet/dist/leaflet-src")) return undefined;
      if (!code.includes(ASKED)) throw new Error("Leaflet no longer asks as it did: look at tools/leaflet-without-html.ts");
      return { code: code.replace(ASKED, INSTEAD), map: null };
    },
  };
}
