import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useMe } from "@/api/queries/me";
import { linkStatement, type Statement, statementQuery } from "@/api/queries/papers";
import { Select } from "@/ui/field";
import { Money } from "@/ui/money";
import { monthName } from "@/ui/month";
import { Card, Fact, Facts, Page } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { Notice } from "@/ui/tag";
import { useWords } from "@/ui/words";
import { lagosMonth, monthsSince } from "./months";
import { PaperButtons } from "./paper-buttons";
import { papersWords } from "./words";

const route = getRouteApi("/members/wallet/statements");

/** A month of one's money, chosen among those since one joined. */
export function Statements() {
  const words = useWords(papersWords);
  const { joined_at } = useMe();
  const navigate = useNavigate({ from: "/wallet/statements" });
  const months = monthsSince(joined_at);
  const month = route.useSearch().month ?? lagosMonth();
  const { data: statement } = useQuery(statementQuery(month));
  return (
    <Page title={words.title}>
      <p className="text-soft">{words.text}</p>
      <Select
        name="month"
        label={words.month}
        value={month}
        onChange={(event) => void navigate({ search: { month: event.target.value }, replace: true })}
      >
        {(months.includes(month) ? months : [month, ...months]).map((each) => (
          <option key={each} value={each}>
            {monthName(each)}
          </option>
        ))}
      </Select>
      <div aria-live="polite" className="grid gap-6">
        {statement ? <Sums statement={statement} /> : <Skeleton rows={1} height="h-48" />}
      </div>
    </Page>
  );
}

function Sums({ statement }: { statement: Statement }) {
  const words = useWords(papersWords);
  const held = statement.closing_kobo - statement.closing_wallet_kobo;
  return (
    <>
      {statement.is_so_far && <Notice title={words.soFar} />}
      <Card className="grid gap-4">
        <Facts>
          <Fact name={words.opening}>
            <Money kobo={statement.opening_kobo} />
          </Fact>
          <Fact name={words.came}>
            <Money kobo={statement.in_kobo} className="font-medium text-gain" />
          </Fact>
          <Fact name={words.went}>
            <Money kobo={statement.out_kobo} className="font-medium" />
          </Fact>
          <Fact name={statement.is_so_far ? words.closingSoFar : words.closing}>
            <Money kobo={statement.closing_kobo} className="font-bold" />
          </Fact>
          {held > 0 && (
            <Fact name={words.held}>
              <Money kobo={held} />
            </Fact>
          )}
          <Fact name={words.movements}>{statement.movements}</Fact>
        </Facts>
        <PaperButtons link={() => linkStatement(statement.month)} about={monthName(statement.month)} csv />
      </Card>
    </>
  );
}
