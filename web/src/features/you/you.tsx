import { useMutation } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
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
