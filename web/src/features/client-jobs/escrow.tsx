import { Link } from "@tanstack/react-router";
import type { ClientJob } from "@/api/queries/client-jobs";
import { buttonLook } from "@/ui/button";
import { Money } from "@/ui/money";
import { Card, Fact, Facts } from "@/ui/page";
import { useWords } from "@/ui/words";
import { clientJobWords } from "./words";

/** Where the money of this job is: paid in = paid out + come back + held. */
export function Escrow({ whole: { job, escrow } }: { whole: ClientJob }) {
  const words = useWords(clientJobWords);
  const rows = [
    [words.price, job.price_kobo],
    [words.paidIn, escrow.paid_in_kobo],
    [words.released, escrow.released_kobo],
    [words.refunded, escrow.refunded_kobo],
    [words.held, escrow.held_kobo],
    // Of a job that is over, what came back would count as missing.
    ...(job.status === "pending" ? [[words.outstanding, escrow.outstanding_kobo] as const] : []),
  ] as const;
  return (
    <>
      <Card>
        <Facts>
          {rows.map(([name, kobo]) => (
            <Fact key={name} name={name}>
              <Money kobo={kobo} />
            </Fact>
          ))}
        </Facts>
      </Card>
      <div>
        <Link to="/receipts/$jobId" params={{ jobId: job.id }} className={buttonLook("plain")}>
          {words.receipts}
        </Link>
      </div>
    </>
  );
}
