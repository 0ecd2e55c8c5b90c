import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { notificationSettings, saveNotificationSetting } from "@/api/queries/notification-settings";
import { Card, Page } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { useWords } from "@/ui/words";
import { KIND_WORDS } from "./kinds";
import { Push } from "./push";
import { notificationWords } from "./words";

const WAYS = ["in_app", "email", "push"] as const;

export function NotificationSettings() {
  const words = useWords(notificationWords);
  const kinds = useWords(KIND_WORDS);
  const queries = useQueryClient();
  const { data } = useQuery(notificationSettings());
  const save = useMutation({
    mutationFn: saveNotificationSetting,
    onSuccess: (answer) => queries.setQueryData(notificationSettings().queryKey, answer),
  });
  return (
    <Page title={words.settingsTitle}>
      <Push />
      <p className="text-soft">{words.settingsText}</p>
      {!data && <Skeleton rows={6} />}
      <div className="grid gap-3">
        {data?.preferences.map((preference) => {
          const shown = save.isPending && save.variables.kind === preference.kind ? save.variables : preference;
          return (
            <Card key={preference.kind}>
              <fieldset disabled={save.isPending}>
                <legend className="font-medium">
                  {kinds[preference.kind as keyof typeof kinds] ?? preference.kind}
                </legend>
                <div className="flex flex-wrap gap-x-6">
                  {WAYS.map((way) => (
                    <label key={way} className="flex min-h-12 items-center gap-3">
                      <input
                        type="checkbox"
                        className="size-5 accent-action"
                        // What is not told in the app leads nowhere from a lock screen.
                        disabled={way === "push" && !shown.in_app}
                        checked={Boolean(shown[way]) && (way !== "push" || shown.in_app)}
                        onChange={(event) => save.mutate({ ...preference, [way]: event.target.checked })}
                      />
                      {{ in_app: words.inApp, email: words.byMail, push: words.byPush }[way]}
                    </label>
                  ))}
                </div>
              </fieldset>
            </Card>
          );
        })}
      </div>
    </Page>
  );
}
