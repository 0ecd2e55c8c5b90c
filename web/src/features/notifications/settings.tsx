import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { notificationSettings, saveNotificationSetting } from "@/api/queries/notification-settings";
import { Card, Page } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { useWords } from "@/ui/words";
import { KIND_WORDS } from "./kinds";
import { notificationWords } from "./words";

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
                  {(["in_app", "email"] as const).map((way) => (
                    <label key={way} className="flex min-h-12 items-center gap-3">
                      <input
                        type="checkbox"
                        className="size-5 accent-action"
                        checked={shown[way]}
                        onChange={(event) => save.mutate({ ...preference, [way]: event.target.checked })}
                      />
                      {way === "in_app" ? words.inApp : words.byMail}
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
