/** The operator's name, from the page that the server sends. */

export function brand(): { name: string } {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="application-name"]');
  return { name: meta?.content || "Payshift" };
}
