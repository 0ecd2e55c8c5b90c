/** Which modules share a file. Left alone, a build of many lazy screens makes a hundred small files: they compress worse
    than one, and on a slow network each is a request before something can be shown. */

/** What lists and forms need of the library, and no first screen does. */
const NOT_FIRST = /(mutationObserver|useMutation|infiniteQueryObserver|useInfiniteQuery)\./;

/** What a worker's first screen shows and a client's does not: work to be found, and shifts. */
const WORKERS_FIRST =
  /src\/(features\/(home\/(words|worker-home)|shifts\/status|jobs\/(job-card|card-words|days-left|unpaid-break))|ui\/stars)[\w-]*\.tsx?$/;

/** The first screen in another language than English. */
const OTHER_LANGUAGE = /words\.pcm\.ts$/;

/** What asks who is there while all else is on its way: small, and needs nothing of the others. */
const EARLY =
  /vite\/preload-helper|rolldown.runtime|src\/(app\/early|api\/(ahead|client|session|refusals|tabs)|ui\/(language|ui-words)|features\/home\/homes)\./;

/** What the first screen of either role is made of, and most others too. */
const FIRST_SCREEN = [
  /node_modules\/(react|react-dom|scheduler|@tanstack|use-sync-external-store)\//,
  /src\/app\/(?!later)/,
  /src\/api\/(client|session|refusals|store|tabs|kept|query-client|lists|types)\./,
  /src\/api\/queries\/(me|home|notifications)\./,
  /src\/ui\/(format|moment|money|tag|empty|avatar|words|button|page|icon|toast|skeleton|ui-words|brand|online)\./,
  /src\/features\/home\/home\./,
];

function featureOf(id: string): string | null {
  return /src\/features\/([\w-]+)\//.exec(id)?.[1] ?? null;
}

/** The first that fits takes a module: what comes with the first screen, what many screens use, and what the screens of
    one feature share. A screen itself stays a file of its own. */
export const chunks = [
  { name: "early", test: (id: string) => EARLY.test(id) && !OTHER_LANGUAGE.test(id) },
  { name: "shared", test: (id: string) => !NOT_FIRST.test(id) && !OTHER_LANGUAGE.test(id) && FIRST_SCREEN.some((part) => part.test(id)) },
  { name: "worker", test: (id: string) => WORKERS_FIRST.test(id) && !OTHER_LANGUAGE.test(id) },
  { name: "pcm", test: OTHER_LANGUAGE },
  { name: "parts", test: (id: string) => NOT_FIRST.test(id) || /src\/(ui|api)\//.test(id), minShareCount: 4 },
  { name: featureOf, minShareCount: 2 },
];
