/** What may wait until the first screen is there, in a file of its own: hints, push, and life without a network. */

import { listenForHints } from "@/api/events";
import { keepPushOn } from "@/api/push-kept";

export function begin(): void {
  listenForHints();
  keepPushOn();
  startServiceWorker();
}

/** The policy of the page lets scripts be loaded from the one address that this function knows. */
function startServiceWorker(): void {
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) return;
  const policy = window.trustedTypes?.createPolicy("payshift", {
    createScriptURL(address) {
      if (address !== "/sw.js") throw new TypeError("No such script");
      return address;
    },
  });
  const address = policy?.createScriptURL("/sw.js") ?? "/sw.js";
  // Private windows refuse it; the app then needs a network, and works.
  void navigator.serviceWorker.register(address as string, { type: "module" }).catch(() => undefined);
}
