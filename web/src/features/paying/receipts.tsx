import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { receiptQuery } from "@/api/queries/payments";
import { Button } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { Moment } from "@/ui/moment";
import { Money } from "@/ui/money";
import { Card, Fact, Facts, Page } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { useWords } from "@/ui/words";
import { payingWords } from "./words";

const route = getRouteApi("/members/receipts/$jobId");

/** The caller's receipts for one job, to read and to print. */
export function Receipts() {
  const words = useWords(payingWords);
  const { jobId } = route.useParams();
  const { data } = useQuery(receiptQuery(jobId));
  if (!data) {
    return (
      <Page title={words.receipts}>
        <Skeleton />
      </Page>
    );
  }
  return (
    <Page
      title={words.receiptsOf(data.job.title)}
      aside={data.receipts.length > 0 && <Button onClick={() => print()}>{words.print}</Button>}
    >
      {data.receipts.length === 0 && <Empty title={words.noReceipts}>{words.noReceiptsText}</Empty>}
      {data.receipts.map((line) => (
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
            <Fact name={words.total}>
              <Money kobo={line.total_kobo} className="font-bold" />
            </Fact>
            <Fact name={words.reference}>
              <code>{line.reference}</code>
            </Fact>
          </Facts>
        </Card>
      ))}
    </Page>
  );
}
