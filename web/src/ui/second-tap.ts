/** Who taps twice means one thing. Between the two taps the answer may arrive, and something else lies under the finger:
    the sheet is closed and a link is there, a row went and the next one's button moved up, a button became another one.
    For a moment after such a change no tap is taken at that place, and of two quick taps on a button none but the first.
    Keys and screen readers name what they press, and are never held up. */

/** As far as the second tap of a thumb lands from the first. */
const PLACE_PX = 30;
/** A double tap is over by then, and nobody aims so soon at what has just come. */
const MOMENT_MS = 350;

type Tap = { at: number; x: number; y: number; on: Element | null; meant: string; changedAt: number };
let last: Tap | undefined;
let toLook = false;

export function takeOneOfTwoTaps(): void {
  const everything = { subtree: true, childList: true, attributes: true, characterData: true };
  new MutationObserver(lookInNextFrame).observe(document, everything);
  addEventListener("mousedown", isMeant, { capture: true });
  addEventListener("click", tapped, { capture: true });
  // A finger that scrolls, or a wheel, brings other things there, and whoever turns it sees them come.
  addEventListener("pointercancel", forget, { capture: true });
  addEventListener("wheel", forget, { capture: true, passive: true });
}

function tapped(event: MouseEvent): void {
  if (!isMeant(event)) return;
  const { clientX: x, clientY: y, timeStamp: at } = event;
  const on = thing(event.target as Element);
  last = { at, x, y, on, meant: meaning(on), changedAt: Number.NEGATIVE_INFINITY };
}

/** Whether a tap is its own, and no second half of another; that one is kept from the app, and from lists that open. */
function isMeant(event: MouseEvent): boolean {
  // A key, a screen reader or a script.
  if (event.detail === 0) return false;
  if (toLook) look();
  if (!last || Math.hypot(event.clientX - last.x, event.clientY - last.y) > PLACE_PX) return true;
  // The state of the screen comes a moment after the tap; on a busy phone the second tap may be there before.
  const again = last.on?.matches("button") && last.on === thing(event.target as Element);
  const since = again ? Math.max(last.changedAt, last.at) : last.changedAt;
  if (event.timeStamp - since >= MOMENT_MS) return true;
  event.preventDefault();
  event.stopImmediatePropagation();
  return false;
}

function forget(): void {
  last = undefined;
}

/** Once per frame, when the layout is made anyway. */
function lookInNextFrame(): void {
  if (!last || toLook) return;
  toLook = true;
  requestAnimationFrame(look);
}

function look(): void {
  toLook = false;
  if (!last) return;
  const on = thing(document.elementFromPoint(last.x, last.y));
  const meant = meaning(on);
  if (on === last.on && meant === last.meant) return;
  last = { ...last, on, meant, changedAt: performance.now() };
}

/** What a tap on this element presses; the element itself where that is nothing. */
function thing(element: Element | null): Element | null {
  return element?.closest("label")?.control ?? element?.closest("a,button,summary,input,select,textarea") ?? element;
}

/** What pressing it does, as far as it says so: the same element may have become another button. */
function meaning(on: Element | null): string {
  if (!on?.matches("a,button,summary")) return "";
  return [on.ariaLabel, on.ariaPressed, on.getAttribute("href"), on.textContent].join("\n");
}
