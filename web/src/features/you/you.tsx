import { useMutation } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { logOut } from "@/api/auth";
import { useMe } from "@/api/queries/me";
import { Avatar } from "@/ui/avatar";
import { Button } from "@/ui/button";
import { LanguageChoice } from "@/ui/language-choice";
import { Page, Section } from "@/ui/page";
import { Stars } from "@/ui/stars";
import { useWords } from "@/ui/words";
import { RoleChange } from "./role-change";
import { youWords } from "./words";

export function You() {
  const words = useWords(youWords);
  const me = useMe();
  const router = useRouter();
  const leaving = useMutation({ mutationFn: logOut, onSettled: () => router.invalidate() });
  return (
    <Page title={words.title}>
      <div className="flex items-center gap-4">
        <Avatar name={me.name} url={me.avatar_url} size="large" />
        <div>
          <p className="text-lg font-medium">{me.name}</p>
          <p className="text-soft">{me.role === "client" ? words.client : words.worker}</p>
          <Stars rating={me.rating} count={me.reviews_count} />
        </div>
      </div>
      <Menu userId={me.id} worker={me.role === "applicant"} />
      <Section title={words.role}>
        <RoleChange />
      </Section>
      <Section title={words.language}>
        <LanguageChoice />
      </Section>
      <div>
        <Button look="harm" busy={leaving.isPending} onClick={() => leaving.mutate()}>
          {words.logOut}
        </Button>
      </div>
    </Page>
  );
}

const ROW =
  "flex min-h-12 items-center border-b border-line px-4 font-medium last:border-b-0 hover:bg-action-tint focus-visible:-outline-offset-2";

function Menu({ userId, worker }: { userId: number; worker: boolean }) {
  const words = useWords(youWords);
  return (
    <nav aria-label={words.title} className="grid overflow-hidden rounded-lg border border-line bg-card">
      <Link to="/profile" className={ROW}>
        {words.profile}
      </Link>
      {worker && (
        <>
          <Link to="/applications" className={ROW}>
            {words.applications}
          </Link>
          <Link to="/saved-jobs" className={ROW}>
            {words.saved}
          </Link>
          <Link to="/invitations" className={ROW}>
            {words.invitations}
          </Link>
        </>
      )}
      <Link to="/get-account-details" className={ROW}>
        {words.account}
      </Link>
      <Link to="/reviews/$userId" params={{ userId }} className={ROW}>
        {words.reviews}
      </Link>
      <Link to="/disputes" className={ROW}>
        {words.disputes}
      </Link>
      <Link to="/blocks" className={ROW}>
        {words.blocks}
      </Link>
      <Link to="/reports" className={ROW}>
        {words.reports}
      </Link>
      <Link to="/notifications/settings" className={ROW}>
        {words.notifications}
      </Link>
      <Link to="/security" className={ROW}>
        {words.security}
      </Link>
      <Link to="/data" className={ROW}>
        {words.data}
      </Link>
    </nav>
  );
}
