import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { linkWithdrawalReceipt } from "@/api/queries/papers";
import { withdrawalList, withdrawalQuery } from "@/api/queries/wallet";
import type { Withdrawal as WithdrawalData } from "@/api/types";
import { PaperButtons } from "@/features/papers/paper-buttons";
import { Empty } from "@/ui/empty";
import { List } from "@/ui/list";
import { Moment } from "@/ui/moment";
import { Money } from "@/ui/money";
import { Card, Fact, Facts, Page } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { Notice, Tag, type Tone } from "@/ui/tag";
import { useWords } from "@/ui/words";
import { walletWords } from "./words";

const route = getRouteApi("/members/wallet/withdrawals/$withdrawalId");

const TONES: Record<WithdrawalData["status"], Tone> = {
  requested: "wait",
  sending: "wait",
  unknown: "wait",
  paid: "gain",
  failed: "harm",
  reversed: "harm",
};

export function Withdrawals() {
  const words = useWords(walletWords);
  const list = useInfiniteQuery(withdrawalList());
  return (
    <Page title={words.withdrawals}>
      <List
        query={list}
        label={words.withdrawals}
        keyOf={(item) => item.id}
        empty={<Empty title={words.noWithdrawals} />}
        row={(item) => (
          <Link
            to="/wallet/withdrawals/$withdrawalId"
            params={{ withdrawalId: item.id }}
            className="flex items-center justify-between gap-3 rounded-lg border border-line bg-card p-4 hover:border-action"
          >
            <span>
              <Money kobo={item.amount_kobo} className="font-medium" />
              <span className="block text-sm text-soft">
                {item.bank_name} · <Moment at={item.created_at} />
              </span>
            </span>
            <Tag tone={TONES[item.status]}>{words.status[item.status]}</Tag>
          </Link>
        )}
      />
    </Page>
  );
}

export function Withdrawal() {
  const words = useWords(walletWords);
  const { withdrawalId } = route.useParams();
  const { data: item } = useQuery(withdrawalQuery(withdrawalId));
  if (!item) {
    return (
      <Page title={words.withdrawals}>
        <Skeleton rows={1} height="h-48" />
      </Page>
    );
  }
  return (
    <Page title={words.withdraw} aside={<Tag tone={TONES[item.status]}>{words.status[item.status]}</Tag>}>
      <Card>
        <Money kobo={item.amount_kobo} className="text-sum font-bold" />
        <div className="mt-4" aria-live="polite">
          <Facts>
            <Fact name={words.toAccount}>
              {item.account_name}, {item.bank_name}, {item.account_number}
            </Fact>
            <Fact name={words.reference}>
              <code>{item.reference}</code>
            </Fact>
            <Fact name={words.requested}>
              <Moment at={item.created_at} />
            </Fact>
            {item.finished_at && (
              <Fact name={words.finished}>
                <Moment at={item.finished_at} />
              </Fact>
            )}
          </Facts>
        </div>
        {item.status === "paid" && (
          <div className="mt-4">
            <PaperButtons link={() => linkWithdrawalReceipt(item.id)} about={words.receipt} />
          </div>
        )}
      </Card>
      {(item.status === "failed" || item.status === "reversed") && <Notice tone="harm" title={words.failedText} />}
    </Page>
  );
}
