import { Link } from "@tanstack/react-router";
import { useMe } from "@/api/queries/me";
import { Tabs, tabLook, tabMatch } from "@/ui/tabs";
import { useWords } from "@/ui/words";
import { reviewWords } from "./words";

/** What a person received and gave; what is to be written is only one's own. */
export function ReviewTabs({ userId, shown }: { userId: number; shown: "received" | "given" | "toWrite" }) {
  const words = useWords(reviewWords);
  const mine = useMe().id === userId;
  return (
    <Tabs label={words.title}>
      {(["received", "given"] as const).map((tab) => (
        <li key={tab}>
          <Link
            to="/reviews/$userId"
            params={{ userId }}
            search={{ given: tab === "given" || undefined }}
            activeOptions={tabMatch}
            aria-current={tab === shown ? "page" : undefined}
            className={tabLook}
          >
            {words[tab]}
          </Link>
        </li>
      ))}
      {mine && (
        <li>
          <Link
            to="/reviews/to-write"
            activeOptions={tabMatch}
            aria-current={shown === "toWrite" ? "page" : undefined}
            className={tabLook}
          >
            {words.toWrite}
          </Link>
        </li>
      )}
    </Tabs>
  );
}
