/** Who may see which screens. The server refuses by itself; a guard only says so before anything is asked. */

import { Link, Outlet, redirect } from "@tanstack/react-router";
import { homeQuery } from "@/api/queries/home";
import { meQuery, useMe } from "@/api/queries/me";
import { queries, restoreKept } from "@/api/query-client";
import { rememberedUser, startSession } from "@/api/session";
import { loadHome } from "@/features/home/home";
import { buttonLook } from "@/ui/button";
import { Page } from "@/ui/page";
import { useWords } from "@/ui/words";
import { appWords } from "./words";

let restored: Promise<void> | undefined;

/** Wait until it is known who is there; lead to the log-in, and back afterwards. */
export async function requireLogIn(href: string): Promise<void> {
  const remembered = rememberedUser();
  if (remembered !== null) restored ??= restoreKept(remembered);
  const [session] = await Promise.all([startSession(), restored]);
  if (session.status === "out") {
    restored = undefined;
    throw redirect({ to: "/login", search: { next: href === "/" ? undefined : href, reason: session.reason } });
  }
  // The first screen's own question travels beside the one about the person, and not after it.
  if (href === "/") void queries.prefetchQuery(homeQuery());
  // What was kept is good enough to begin with; it is asked again behind the screen.
  const { role } = await queries.ensureQueryData({ ...meQuery(), revalidateIfStale: true });
  if (href === "/") await loadHome(role);
}

export async function refuseLoggedIn(next: string | undefined): Promise<void> {
  const session = await startSession().catch(() => ({ status: "out" }) as const);
  if (session.status === "in") throw redirect({ href: inside(next) });
}

/** Where to go after the log-in: only to a path of this app, never to an address that somebody put into a link. */
export function inside(next: string | undefined): string {
  return next?.startsWith("/") && !next.startsWith("//") && !next.includes("\\") ? next : "/";
}

export function WorkersOnly() {
  const { role } = useMe();
  const words = useWords(appWords);
  return role === "applicant" ? <Outlet /> : <WrongRole text={words.wrongRoleWorker} />;
}

export function ClientsOnly() {
  const { role } = useMe();
  const words = useWords(appWords);
  return role === "client" ? <Outlet /> : <WrongRole text={words.wrongRoleClient} />;
}

function WrongRole({ text }: { text: string }) {
  const words = useWords(appWords);
  return (
    <Page title={words.wrongRole}>
      <p>{text}</p>
      <p>
        <Link to="/you" className={buttonLook("main")}>
          {words.changeRole}
        </Link>
      </p>
    </Page>
  );
}
