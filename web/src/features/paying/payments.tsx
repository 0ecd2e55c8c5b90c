import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useMe } from "@/api/queries/me";
import { type Payment, type PaymentFilters, paymentList } from "@/api/queries/payments";
import { buttonLook } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { Choice, Field } from "@/ui/field";
import { money } from "@/ui/format";
import { List } from "@/ui/list";
import { Moment } from "@/ui/moment";
import { Money } from "@/ui/money";
import { Page } from "@/ui/page";
import { Tag } from "@/ui/tag";
import { useWords } from "@/ui/words";
import { payingWords } from "./words";

const route = getRouteApi("/members/payments");
const DIRECTIONS = ["all", "made", "received"] as const;

/** A day of the person's own calendar as a moment; `after` is the beginning of the next one. */
function startOf(day: string | undefined, after = 0): string | undefined {
  if (!day) return undefined;
  const moment = new Date(`${day}T00:00:00`);
  moment.setDate(moment.getDate() + after);
  return moment.toISOString();
}

export function Payments() {
  const words = useWords(payingWords);
  const me = useMe();
  const { direction, from, to } = route.useSearch();
  const navigate = useNavigate({ from: "/payments" });
  const [first, last] = [startOf(from), startOf(to, 1)];
  const filters: PaymentFilters = {
    ...(direction && { direction }),
    ...(first && { created_from: first }),
    ...(last && { created_before: last }),
  };
  const list = useInfiniteQuery(paymentList(me.id, filters));
  const filter = (change: Partial<ReturnType<typeof route.useSearch>>) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  return (
    <Page
      title={words.list}
      aside={
        <Link to="/wallet/statements" className={buttonLook("plain")}>
          {words.statements}
        </Link>
      }
    >
      <Choice
        label={words.directionLabel}
        name="direction"
        value={direction ?? "all"}
        onChange={(chosen) => filter({ direction: chosen === "all" ? undefined : chosen })}
        options={DIRECTIONS.map((one) => [one, words.direction[one]] as const)}
      />
      <div className="grid grid-cols-2 gap-3">
        <Field
          name="from"
          type="date"
          label={words.from}
          value={from ?? ""}
          onChange={(event) => filter({ from: event.target.value || undefined })}
        />
        <Field
          name="to"
          type="date"
          label={words.to}
          value={to ?? ""}
          min={from}
          onChange={(event) => filter({ to: event.target.value || undefined })}
        />
      </div>
      <List
        query={list}
        label={words.list}
        keyOf={(payment) => payment.reference}
        row={(payment) => <Row payment={payment} mine={me.id} />}
        empty={<Empty title={words.none}>{words.noneText}</Empty>}
      />
    </Page>
  );
}

function Row({ payment, mine }: { payment: Payment; mine: number }) {
  const words = useWords(payingWords);
  const received = payment.recipient?.id === mine;
  return (
    <Link
      to="/receipts/$jobId"
      params={{ jobId: payment.job.id }}
      className="grid gap-1 rounded-lg border border-line bg-card p-4 hover:border-action"
    >
      <span className="flex flex-wrap items-start justify-end gap-x-4">
        <span className="min-w-36 flex-1 font-medium">{payment.job.title}</span>
        <Money kobo={received ? payment.amount_kobo : -payment.amount_kobo} signed className="font-bold" />
      </span>
      <span className="flex flex-wrap justify-between gap-2 text-soft">
        <span>
          {words.kind[payment.kind]} {!received && payment.recipient && words.toPerson(payment.recipient.name)}
        </span>
        <Moment at={payment.created_at} />
      </span>
      <span className="flex flex-wrap gap-2 empty:hidden">
        {payment.status !== "succeeded" && (
          <Tag tone="wait">{payment.in_review ? words.inReview : words.state[payment.status]}</Tag>
        )}
        {payment.refunded_to_card_kobo > 0 && <Tag>{words.backOnCard(money(payment.refunded_to_card_kobo))}</Tag>}
      </span>
    </Link>
  );
}
