import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMe } from "@/api/queries/me";
import { notificationSettings, saveNotificationSetting } from "@/api/queries/notification-settings";
import type { components } from "@/api/schema";
import { Page, Section } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { useWords } from "@/ui/words";
import { KIND_WORDS } from "./kinds";
import { Push } from "./push";
import { notificationWords } from "./words";

type Preference = components["schemas"]["PreferenceOut"];
const WAYS = ["in_app", "email", "push"] as const;

export function NotificationSettings() {
  const words = useWords(notificationWords);
  const { role } = useMe();
  const { data } = useQuery(notificationSettings());
  const mine = data?.preferences.filter(({ roles }) => roles.includes(role)) ?? [];
  const others = data?.preferences.filter(({ roles }) => !roles.includes(role)) ?? [];
  return (
    <Page title={words.settingsTitle}>
      <Push />
      <p className="text-soft">{words.settingsText}</p>
      {!data && <Skeleton rows={6} />}
      <Topics preferences={mine} />
      {data && (
        <details className="grid gap-3">
          <summary className="min-h-12 content-center font-medium">{words.otherRole[role]}</summary>
          <div className="grid gap-6 pt-3">
            <Topics preferences={others} />
          </div>
        </details>
      )}
    </Page>
  );
}

function Topics({ preferences }: { preferences: Preference[] }) {
  const words = useWords(notificationWords);
  const topics = [...new Set(preferences.map(({ topic }) => topic))];
  return topics.map((topic) => (
    <Section key={topic} title={words.topics[topic]}>
      <Kinds preferences={preferences.filter((one) => one.topic === topic)} />
    </Section>
  ));
}

function Kinds({ preferences }: { preferences: Preference[] }) {
  const words = useWords(notificationWords);
  const heading = "w-16 py-2 text-center text-sm font-normal text-soft";
  return (
    <div className="overflow-hidden rounded-lg border border-line bg-card">
      <table className="w-full table-fixed">
        <thead>
          <tr>
            <td />
            {WAYS.map((way) => (
              <th key={way} scope="col" className={heading}>
                {words.ways[way]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {preferences.map((preference) => (
            <Kind key={preference.kind} preference={preference} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Kind({ preference }: { preference: Preference }) {
  const words = useWords(notificationWords);
  const kinds = useWords(KIND_WORDS);
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: saveNotificationSetting,
    onSuccess: (answer) => queries.setQueryData(notificationSettings().queryKey, answer),
    // One after the other: each answer holds all of them.
    scope: { id: "notification-settings" },
  });
  const { kind, in_app, email, push } = save.isPending ? save.variables : preference;
  const wishes = { in_app, email, push: Boolean(push) };
  const name = kinds[kind as keyof typeof kinds] ?? kind;
  return (
    <tr className="border-t border-line">
      <th scope="row" className="py-2 pl-4 text-left font-normal">
        {name}
      </th>
      {WAYS.map((way) => (
        <td key={way}>
          <label className="flex min-h-12 items-center justify-center">
            <input
              type="checkbox"
              className="size-5 accent-action"
              aria-label={`${name}: ${words.ways[way]}`}
              // What is not told in the app leads nowhere from a lock screen.
              disabled={way === "push" && !in_app}
              checked={wishes[way] && (way !== "push" || in_app)}
              onChange={({ target }) => save.mutate({ kind, ...wishes, [way]: target.checked })}
            />
          </label>
        </td>
      ))}
    </tr>
  );
}
