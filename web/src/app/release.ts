/** A release that came while the page was open. */

const RELOADED = "payshift.reloaded-at";
const ONCE_MS = 20_000;

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
