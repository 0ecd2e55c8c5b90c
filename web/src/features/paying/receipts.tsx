import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { linkPaymentReceipt } from "@/api/queries/papers";
import { receiptList } from "@/api/queries/payments";
import { PaperButtons } from "@/features/papers/paper-buttons";
import { Button } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { Moment } from "@/ui/moment";
import { Money } from "@/ui/money";
import { Card, Fact, Facts, Page } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { uiWords } from "@/ui/ui-words";
import { useWords } from "@/ui/words";
import { payingWords } from "./words";

const route = getRouteApi("/members/receipts/$jobId");

/** The caller's receipts for one job, to read and to print. */
export function Receipts() {
  const words = useWords(payingWords);
  const { jobId } = route.useParams();
  const { more } = useWords(uiWords);
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(receiptList(jobId));
  const first = data?.pages[0];
  if (!first) {
    return (
      <Page title={words.receipts}>
        <Skeleton />
      </Page>
    );
  }
  const receipts = data.pages.flatMap((page) => page.receipts);
  return (
    <Page
      title={words.receiptsOf(first.job.title)}
      aside={receipts.length > 0 && <Button onClick={() => print()}>{words.print}</Button>}
    >
      {receipts.length === 0 && <Empty title={words.noReceipts}>{words.noReceiptsText}</Empty>}
      {receipts.map((line) => (
        <Card key={line.number}>
          <Facts>
            <Fact name={words.number}>
              <span className="font-medium">{line.number}</span>
            </Fact>
            <Fact name={words.kind[line.kind]}>
              {line.payer.name} {line.recipient && words.toPerson(line.recipient.name)}
            </Fact>
            <Fact name={words.paidOn}>
              <Moment at={line.paid_at} />
            </Fact>
            <Fact name={words.amount}>
              <Money kobo={line.amount_kobo} />
            </Fact>
            {line.fee_kobo > 0 && (
              <Fact name={words.fee}>
                <Money kobo={line.fee_kobo} />
              </Fact>
            )}
            {line.vat_kobo > 0 && (
              <Fact name={words.vat(line.vat_bps / 100)}>
                <Money kobo={line.vat_kobo} />
              </Fact>
            )}
            <Fact name={words.total}>
              <Money kobo={line.total_kobo} className="font-bold" />
            </Fact>
            <Fact name={words.reference}>
              <code>{line.reference}</code>
            </Fact>
          </Facts>
          <div className="mt-4 print:hidden">
            <PaperButtons link={() => linkPaymentReceipt(line.reference)} about={line.number} />
          </div>
        </Card>
      ))}
      {hasNextPage && (
        <Button busy={isFetchingNextPage} onClick={() => fetchNextPage()}>
          {more}
        </Button>
      )}
    </Page>
  );
}
