import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMe } from "@/api/queries/me";
import { transactionList, walletQuery } from "@/api/queries/wallet";
import { buttonLook } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { List } from "@/ui/list";
import { Moment } from "@/ui/moment";
import { Money } from "@/ui/money";
import { Card, Fact, Facts, Page, Section } from "@/ui/page";
import { Bone } from "@/ui/skeleton";
import { Tabs, tabLook, tabMatch } from "@/ui/tabs";
import { useWords } from "@/ui/words";
import { AccountNumber } from "./account-number";
import { kindWord } from "./kinds";
import { walletWords } from "./words";

const route = getRouteApi("/members/wallet");
const PERIODS = [undefined, "week", "month"] as const;

export function Wallet() {
  const words = useWords(walletWords);
  const { data: wallet } = useQuery(walletQuery());
  const owes = wallet !== undefined && wallet.owed_kobo > 0;
  return (
    <Page title={words.title}>
      <Card className="grid gap-3">
        <div>
          <p className="text-soft">{owes ? words.owes : words.balance}</p>
          {wallet ? (
            <Money kobo={owes ? wallet.owed_kobo : wallet.balance_kobo} className="text-sum font-bold" />
          ) : (
            <Bone className="h-10 w-48" />
          )}
          {owes && <p>{words.owesText}</p>}
          {wallet && wallet.in_flight_kobo > 0 && (
            <p className="text-soft">
              {words.onTheWay}: <Money kobo={wallet.in_flight_kobo} />
            </p>
          )}
        </div>
        <div className="flex flex-wrap gap-3 max-md:grid max-md:grid-cols-2">
          {!owes && (
            <Link
              to="/wallet/withdraw"
              className={buttonLook(wallet?.balance_kobo ? "main" : "plain", "max-md:col-span-2")}
            >
              {words.withdraw}
            </Link>
          )}
          <Link to="/get-account-details" className={buttonLook("plain", "max-md:px-1")}>
            {words.account}
          </Link>
          <Link to="/wallet/withdrawals" className={buttonLook("quiet", "max-md:px-1 md:px-2")}>
            {words.withdrawals}
          </Link>
          <Link to="/wallet/statements" className={buttonLook("quiet", "max-md:px-1 md:px-2")}>
            {words.statements}
          </Link>
          <Link to="/wallet/limits" className={buttonLook("quiet", "max-md:px-1 md:px-2")}>
            {words.limits}
          </Link>
        </div>
      </Card>
      <AccountNumber />
      <Movements />
    </Page>
  );
}

function Movements() {
  const words = useWords(walletWords);
  const { period } = route.useSearch();
  const { role } = useMe();
  const list = useInfiniteQuery(transactionList(period));
  const sums = list.data?.pages[0];
  return (
    <Section title={words.movements}>
      <Tabs label={words.period}>
        {PERIODS.map((tab) => (
          <li key={tab ?? "all"}>
            <Link
              to="/wallet"
              search={{ period: tab }}
              activeOptions={tabMatch}
              aria-current={tab === period ? "page" : undefined}
              className={tabLook}
            >
              {words[tab ?? "all"]}
            </Link>
          </li>
        ))}
      </Tabs>
      {sums && typeof sums.in_kobo === "number" && typeof sums.out_kobo === "number" && (
        <Facts>
          <Fact name={words.came}>
            <Money kobo={sums.in_kobo} className="font-medium text-gain" />
          </Fact>
          <Fact name={words.went}>
            <Money kobo={sums.out_kobo} className="font-medium" />
          </Fact>
        </Facts>
      )}
      <List
        query={list}
        label={words.movements}
        keyOf={(entry) => entry.id}
        rowHeight="h-16"
        row={(entry) => (
          <div className="flex items-baseline justify-between gap-4 border-b border-line py-2">
            <div>
              <p className="font-medium">{kindWord(words, entry.kind)}</p>
              {entry.job && (
                <Link to="/jobs/$jobId" params={{ jobId: entry.job.id }} className="text-sm text-soft underline">
                  {entry.job.title}
                </Link>
              )}
              <p className="text-sm text-soft">
                <Moment at={entry.created_at} />
              </p>
            </div>
            <Money kobo={entry.amount_kobo} signed className="font-medium" />
          </div>
        )}
        empty={<Empty title={words.none}>{words.noneText[role === "client" ? "client" : "worker"]}</Empty>}
      />
    </Section>
  );
}
