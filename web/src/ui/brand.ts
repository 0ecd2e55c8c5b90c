/** The operator's name and logo, from the page that the server sends. */

export function brand(): { name: string; logo: string } {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="application-name"]');
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  return { name: meta?.content || "Payshift", logo: icon?.getAttribute("href") || "/icon.svg" };
}
