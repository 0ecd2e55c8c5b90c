import "./app/early";
import "./index.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useLayoutEffect } from "react";
import { createRoot } from "react-dom/client";
import { queries } from "./api/query-client";
import { NoAnswerError, ProblemError } from "./api/refusals";
import { isReloading, reloadAfterRelease } from "./app/release";
import { router } from "./app/router";
import { language, loadLanguage } from "./ui/language";

reloadAfterRelease();
document.documentElement.lang = language();
const place = document.getElementById("root");
if (!place) throw new Error("The page has no place for the app.");
// Whoever goes elsewhere before anything is drawn is followed; from then on the router does so itself.
// By a function of its own: the router gives the history `router.load`, which is kept once.
const stopFollowing = router.history.subscribe((change) => router.load(change));
function Drawn() {
  useLayoutEffect(stopFollowing, []);
  return null;
}
// Meanwhile the page shows the bones of a screen (`index.html`): what is drawn first is the screen itself.
await Promise.all([loadLanguage({ pcm: () => import("./app/first-words.pcm") }), router.load()]);
createRoot(place, {
  // A refusal that a screen shows is an answer; what is wrong in the app itself belongs into the console.
  onCaughtError(error) {
    if (!isReloading() && !(error instanceof ProblemError || error instanceof NoAnswerError)) console.error(error);
  },
}).render(
  <QueryClientProvider client={queries}>
    <RouterProvider router={router} />
    <Drawn />
  </QueryClientProvider>,
);
// Nobody has tapped yet: it may come after what is drawn.
void import("./ui/second-tap").then(({ takeOneOfTwoTaps }) => takeOneOfTwoTaps()).catch(() => undefined);
