import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { clientJobChanged } from "@/api/queries/client-jobs";
import { type Payment as PaymentData, paymentQuery } from "@/api/queries/payments";
import { buttonLook } from "@/ui/button";
import { Money } from "@/ui/money";
import { Card, Fact, Facts, Page } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { Notice, type Tone } from "@/ui/tag";
import { useWords } from "@/ui/words";
import { payingWords } from "./words";

const route = getRouteApi("/members/payments/$reference");
const TONES: Record<PaymentData["status"], Tone> = {
  pending: "wait",
  succeeded: "gain",
  failed: "harm",
  abandoned: "wait",
};

/** Where a checkout leads back to, and what a payment's reference leads to. It says what the server knows. */
export function Payment() {
  const words = useWords(payingWords);
  const { reference } = route.useParams();
  const queries = useQueryClient();
  const { data: payment } = useQuery(paymentQuery(reference));
  const jobId = payment?.status === "succeeded" ? payment.job.id : undefined;
  useEffect(() => {
    if (jobId) void clientJobChanged(queries, jobId);
  }, [queries, jobId]);
  if (!payment) {
    return (
      <Page title={words.title}>
        <Skeleton rows={2} />
      </Page>
    );
  }
  const opening = payment.status === "pending" && !payment.authorization_url && !payment.in_review;
  const [title, text] = payment.in_review
    ? [words.inReview, words.inReviewText]
    : opening
      ? [words.opening, words.openingText]
      : [words.state[payment.status], words.stateText[payment.status]];
  return (
    <Page title={words.title}>
      <div aria-live="polite">
        <Notice tone={TONES[payment.status]} title={title}>
          {text}
        </Notice>
      </div>
      <Card>
        <Facts>
          <Fact name={words.amount}>
            <Money kobo={payment.amount_kobo} className="text-lg font-bold" />
          </Fact>
          <Fact name={words.kind[payment.kind]}>{payment.job.title}</Fact>
          <Fact name={words.reference}>
            <code>{payment.reference}</code>
          </Fact>
        </Facts>
      </Card>
      <div className="flex flex-wrap gap-3">
        {payment.status === "pending" && payment.authorization_url && !payment.in_review && (
          <a href={payment.authorization_url} className={buttonLook("plain")}>
            {words.goOn}
          </a>
        )}
        <Link to="/client/jobs/$jobId" params={{ jobId: payment.job.id }} className={buttonLook("main")}>
          {words.toJob}
        </Link>
      </div>
    </Page>
  );
}
