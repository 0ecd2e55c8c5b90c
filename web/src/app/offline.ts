/** What the page does for life without a network, and for a release that came while it was open. */

const RELOADED = "payshift.reloaded-at";
const ONCE_MS = 20_000;

/** The policy of the page lets scripts be loaded from the one address that this function knows. */
export function startServiceWorker(): void {
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) return;
  const policy = window.trustedTypes?.createPolicy("payshift", {
    createScriptURL(address) {
      if (address !== "/sw.js") throw new TypeError("No such script");
      return address;
    },
  });
  const address = policy?.createScriptURL("/sw.js") ?? "/sw.js";
  // Private windows refuse it; the app then needs a network, and works.
  window.addEventListener("load", () => {
    void navigator.serviceWorker.register(address as string, { type: "module" }).catch(() => undefined);
  });
}

let leaving = false;

/** Whether this page is on its way out: what fails in it now is no error. */
export function isReloading(): boolean {
  return leaving;
}

/** A screen whose file is gone belongs to an older release: load the page anew, once, so that no loop can begin. */
export function reloadAfterRelease(): void {
  window.addEventListener("vite:preloadError", (event) => {
    const last = Number(sessionStorage.getItem(RELOADED) ?? 0);
    if (!navigator.onLine || Date.now() - last < ONCE_MS) return;
    event.preventDefault();
    leaving = true;
    // The file may have been asked for before the click. The click then leads to where it points, in the new release.
    document.addEventListener("click", (click) => click.stopPropagation(), { capture: true });
    sessionStorage.setItem(RELOADED, String(Date.now()));
    location.reload();
  });
}
