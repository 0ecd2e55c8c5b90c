/** The page runs this before the rest of the app has come: who is logged in, and what the first screen shows of them,
    travel beside the app's code and not after it. What fails here is asked again, and said, by who needs it. */

import * as ahead from "@/api/ahead";
import { startSession } from "@/api/session";
import { homeOf } from "@/features/home/homes";

async function begin(): Promise<void> {
  const session = await startSession();
  if (session.status === "out") return;
  const me = ahead.me.begin();
  if (location.pathname !== "/") return;
  void ahead.home.begin();
  await homeOf((await me).role)();
}

void begin().catch(() => undefined);
