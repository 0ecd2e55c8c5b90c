import { useInfiniteQuery } from "@tanstack/react-query";
import { reportList } from "@/api/queries/reports";
import { Empty } from "@/ui/empty";
import { List } from "@/ui/list";
import { Moment } from "@/ui/moment";
import { Card, Page } from "@/ui/page";
import { Tag } from "@/ui/tag";
import { useWords } from "@/ui/words";
import { reportWords } from "./words";

/** What one told staff, and what they answered: in neutral words, whatever was done to whom. */
export function Reports() {
  const words = useWords(reportWords);
  const list = useInfiniteQuery(reportList());
  return (
    <Page title={words.list}>
      <List
        query={list}
        label={words.list}
        keyOf={(item) => item.id}
        empty={<Empty title={words.none} />}
        row={(item) => (
          <Card className="grid gap-2">
            <div className="flex flex-wrap items-start justify-between gap-2">
              <span className="min-w-0 font-medium break-words">{item.subject}</span>
              <Tag tone={item.verdict ? "plain" : "wait"}>{item.verdict ? words.answered : words.open}</Tag>
            </div>
            <p className="text-soft">
              {words.categories[item.category]}, <Moment at={item.created_at} />
            </p>
            {item.verdict && <p>{words.outcome[item.verdict]}</p>}
          </Card>
        )}
      />
    </Page>
  );
}
