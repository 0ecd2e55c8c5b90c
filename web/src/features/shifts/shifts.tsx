import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { comingShifts, pastShifts } from "@/api/queries/assignments";
import { buttonLook } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { List } from "@/ui/list";
import { Page } from "@/ui/page";
import { Tabs, tabLook, tabMatch } from "@/ui/tabs";
import { useWords } from "@/ui/words";
import { CalendarFeed } from "./calendar-feed";
import { ShiftCard } from "./shift-card";
import { shiftWords } from "./words";

const route = getRouteApi("/members/workers/assignments");
export function Shifts() {
  const words = useWords(shiftWords);
  const { past } = route.useSearch();
  const list = useInfiniteQuery(past ? pastShifts() : comingShifts());
  return (
    <Page title={words.title}>
      <Tabs label={words.title}>
        {([undefined, true] as const).map((tab) => (
          <li key={String(tab)}>
            <Link
              to="/assignments"
              search={{ past: tab }}
              activeOptions={tabMatch}
              aria-current={past === tab ? "page" : undefined}
              className={tabLook}
            >
              {tab ? words.past : words.coming}
            </Link>
          </li>
        ))}
      </Tabs>
      <List
        query={list}
        label={words.title}
        keyOf={(shift) => shift.id}
        row={(shift) => <ShiftCard shift={shift} />}
        rowHeight="h-32"
        empty={
          <Empty
            title={words.none}
            action={
              <Link to="/jobs" className={buttonLook("main")}>
                {words.find}
              </Link>
            }
          >
            {words.noneText}
          </Empty>
        }
      />
      {!past && <CalendarFeed />}
    </Page>
  );
}
