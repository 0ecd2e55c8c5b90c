import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { type Quote, type QuoteTerms, quoteQuery } from "@/api/queries/posting";
import { explain } from "@/api/refusals";
import { fieldProblems } from "@/api/refused-fields";
import { money } from "@/ui/format";
import { Minutes } from "@/ui/moment";
import { Money } from "@/ui/money";
import { Card, Fact, Facts } from "@/ui/page";
import { Notice } from "@/ui/tag";
import { useWords } from "@/ui/words";
import { postingWords } from "./words";

const TYPING_MS = 350;

/** What the terms cost, asked of the server while they are typed: it is the one that computes prices. */
export function Price({
  terms,
  notice,
}: {
  terms: QuoteTerms | null;
  notice?: ((total: number) => ReactNode) | undefined;
}) {
  const words = useWords(postingWords);
  const asked = useSettled(terms);
  const { data: quote, error } = useQuery(quoteQuery(asked));
  return (
    <div aria-live="polite">
      <Card main className="grid gap-3">
        <h2 className="text-lg">{words.quoteTitle}</h2>
        {error && <Notice tone="harm" title={Object.values(fieldProblems(error))[0] ?? explain(error)} />}
        {!terms || !quote ? (
          <p className="text-soft">{words.quoteWaiting}</p>
        ) : (
          <>
            <Sums quote={quote} people={terms.applicants_needed ?? 1} />
            {notice?.(quote.total.total_kobo)}
          </>
        )}
      </Card>
    </div>
  );
}

function Sums({ quote, people }: { quote: Quote; people: number }) {
  const words = useWords(postingWords);
  const minutes = quote.shifts.reduce((sum, shift) => sum + shift.minutes, 0);
  return (
    <>
      <p>
        {words.quoteShifts(quote.shifts.length, people)}: <Minutes minutes={minutes} />.{" "}
        {words.quotePerWorker(money(quote.per_worker.wage_kobo))}
      </p>
      <Facts>
        <Fact name={words.quoteWages}>
          <Money kobo={quote.total.wage_kobo} />
        </Fact>
        <Fact name={words.quoteFee}>
          <Money kobo={quote.total.fee_kobo} />
        </Fact>
        {quote.vat_kobo > 0 && (
          <Fact name={words.quoteVat}>
            <Money kobo={quote.vat_kobo} />
          </Fact>
        )}
        <Fact name={words.quoteTotal}>
          <Money kobo={quote.total.total_kobo} className="text-xl font-bold" />
        </Fact>
      </Facts>
      <p className="text-sm text-soft">{words.escrow}</p>
    </>
  );
}

/** The terms once nobody has typed for a moment; the same terms stay the same object, and ask nothing. */
function useSettled(terms: QuoteTerms | null): QuoteTerms | null {
  const [settled, setSettled] = useState(terms);
  const print = JSON.stringify(terms);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(JSON.parse(print) as QuoteTerms | null), TYPING_MS);
    return () => clearTimeout(timer);
  }, [print]);
  return settled;
}
