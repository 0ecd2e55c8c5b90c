/** What is asked inside of a page: each of these runs there, and knows nothing from outside of itself. */

/** What has the focus, and what is wrong with how the page shows that. */
export function focused(): { name: string; wrong: string } {
  const at = document.activeElement as HTMLInputElement | null;
  if (!at || at === document.body) return { name: "", wrong: "" };
  const label = at.labels?.[0];
  const name = [at.getAttribute("aria-label"), label?.textContent, at.textContent].find(Boolean) ?? "";
  // A radio button is not drawn: its label is framed in its place.
  const framed = label && at.getBoundingClientRect().width < 2 ? label : at;
  const [box] = framed.getClientRects();
  const { outlineStyle, outlineWidth } = getComputedStyle(framed);
  if (!box || outlineStyle === "none" || Number.parseFloat(outlineWidth) < 2) return { name, wrong: "no frame" };
  const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) return { name, wrong: "not on the screen" };
  const there = document.elementFromPoint(x, y);
  // What is said at the edge of the screen goes by itself.
  const seen = there && (framed.contains(there) || there.closest("[aria-live] > p"));
  return { name, wrong: seen ? "" : `behind ${there?.outerHTML.slice(0, 80)}` };
}

/** What reaches past the screen or out of its frame, what is cut off, and, unless only frames are asked for, words that
    are broken although a line could hold them. */
export function cutOff(only?: "frames"): string[] {
  const LINE_HOLDS = 16;
  const wrong: string[] = [];
  const short = (text: string | null) => (text ?? "").trim().replace(/\s+/g, " ").slice(0, 60);
  // A number on the corner of its sign, and tabs that scroll up to the edge of the screen.
  const sticksOut = (child: Element) =>
    getComputedStyle(child).position === "absolute" || /auto|scroll/.test(getComputedStyle(child).overflowX);
  // Reaches into the margin of its page on purpose.
  const reaches = [...document.body.querySelectorAll("*")].filter(
    (element) => Number.parseFloat(getComputedStyle(element).marginRight) < 0,
  );
  const scrolls = (element: Element): boolean => {
    for (let at: Element | null = element; at; at = at.parentElement)
      if (/auto|scroll/.test(getComputedStyle(at).overflowX) && at !== document.documentElement) return true;
    return false;
  };
  for (const element of document.body.querySelectorAll<HTMLElement>(
    "*:not(svg *, .sr-only, .sr-only *, .leaflet-container *)",
  )) {
    if (!element.checkVisibility()) continue;
    const { left, right, width } = element.getBoundingClientRect();
    if (width === 0 || scrolls(element) || [...element.children].some(sticksOut)) continue;
    if (reaches.some((inside) => element.contains(inside)) && right <= innerWidth) continue;
    const named = `<${element.localName} class="${element.className}"> ${short(element.textContent)}`;
    if (right > innerWidth + 1 || left < -1) wrong.push(`past the screen: ${named}`);
    else if (
      element.clientWidth > 0 &&
      element.scrollWidth > element.clientWidth + 1 &&
      !element.matches("input,select")
    )
      wrong.push(`out of its frame by ${element.scrollWidth - element.clientWidth} px: ${named}`);
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = only ? null : texts.nextNode(); text; text = texts.nextNode()) {
    if (!text.parentElement?.checkVisibility() || text.parentElement.closest(".sr-only, option, .leaflet-container"))
      continue;
    const whole = text.nodeValue ?? "";
    // An address of somebody or something, or a provider's reference, has no place to break at.
    const addresses = [...whole.matchAll(/\S+(?:@|:\/\/)\S+|[^\s-]{25,}/g)].map(({ 0: address, index }) => [
      index,
      index + address.length,
    ]);
    for (const word of whole.matchAll(/[\p{L}\p{M}\p{N}]{2,}/gu)) {
      if (word[0].length > LINE_HOLDS) continue;
      if (addresses.some(([from = 0, until = 0]) => from <= word.index && word.index < until)) continue;
      const range = document.createRange();
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
      if (lines.size > 1) wrong.push(`broken: ${word[0]} in “${short(whole)}”`);
    }
  }
  return wrong;
}

type Taps = { x: number; y: number; what: Element; said: string; taken: string[]; at: number[] };
type Watched = { taps: Taps };

/** From now on, what takes a click is written down; returns where to tap, once nothing covers it. */
export async function watchTaps(what: Element): Promise<{ x: number; y: number }> {
  const middle = () => {
    const { left, right, top, bottom } = what.getBoundingClientRect();
    return [(left + right) / 2, (top + bottom) / 2] as const;
  };
  what.scrollIntoView({ block: "center" });
  for (const end = performance.now() + 20_000; !what.contains(document.elementFromPoint(...middle())); ) {
    if (performance.now() > end) throw new Error(`${what.textContent} is covered`);
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  const [x, y] = middle();
  const taps: Taps = {
    x,
    y,
    what,
    said: `${what.ariaLabel} ${what.ariaPressed} ${what.textContent}`,
    taken: [],
    at: [],
  };
  (window as unknown as Watched).taps = taps;
  const write = (event: Event): void => {
    const on = event.target as Element;
    const pressed = on.closest("a,button,input,select,summary,label") ?? on;
    taps.taken.push(`${pressed.ariaLabel ?? pressed.textContent}`.slice(0, 80));
  };
  // At the end of its way, where it comes only if nobody has swallowed it before.
  window.addEventListener("click", write);
  window.addEventListener("pointerdown", (event) => taps.at.push(event.timeStamp));
  return { x, y };
}

/** Waits until something else lies at that place, and taps on it as soon as a finger does. */
export async function secondTap(): Promise<string[]> {
  const { x, y, what, said, taken } = (window as unknown as Watched).taps;
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const there = () => document.elementFromPoint(x, y);
  const same = () =>
    what.isConnected && what.contains(there()) && said === `${what.ariaLabel} ${what.ariaPressed} ${what.textContent}`;
  for (const end = performance.now() + 20_000; same() && performance.now() < end; ) await frame();
  if (same()) throw new Error(`${said} is still there`);
  await new Promise((resolve) => setTimeout(resolve, 120));
  const finger = { bubbles: true, cancelable: true, composed: true, detail: 1, clientX: x, clientY: y };
  there()?.dispatchEvent(new PointerEvent("click", finger));
  return taken;
}

/** What took a click since then, and how long after the first tap the last one came. */
export function tapsSoFar(): { taken: string[]; apart: number } {
  const { taken, at } = (window as unknown as Watched).taps;
  return { taken, apart: (at.at(-1) ?? 0) - (at[0] ?? 0) };
}

type Shifted = { shifted: { at: number; by: number; what: string }[] };

/** From now on, what moved by itself is written down: by which part of the screen, and what it was. */
export function watchShifts(): void {
  type Shift = PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node: Node | null }[] };
  const shifted: Shifted["shifted"] = [];
  (window as unknown as Shifted).shifted = shifted;
  new PerformanceObserver((list) => {
    for (const { startTime, value, hadRecentInput, sources } of list.getEntries() as Shift[]) {
      const what = sources.map(({ node }) => (node as Element | null)?.outerHTML?.slice(0, 100)).join(" ");
      if (!hadRecentInput) shifted.push({ at: startTime, by: value, what });
    }
  }).observe({ type: "layout-shift", buffered: true });
}

/** What has moved since that moment. */
export function shiftsSince(moment: number): { by: number; what: string } {
  const since = (window as unknown as Shifted).shifted.filter(({ at }) => at >= moment);
  return { by: since.reduce((sum, { by }) => sum + by, 0), what: since.map(({ what }) => what).join(" | ") };
}
