import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useRef, useState } from "react";
import { Form } from "@/api/form";
import { PositionError, position } from "@/api/position";
import { configQuery } from "@/api/queries/config";
import { industriesQuery } from "@/api/queries/jobs";
import type { Terms } from "@/api/queries/posting";
import { PLACES } from "@/features/jobs/places";
import { Button } from "@/ui/button";
import { Check, Field, Select, TextArea } from "@/ui/field";
import { money } from "@/ui/format";
import { Section } from "@/ui/page";
import { Notice } from "@/ui/tag";
import { useWords } from "@/ui/words";
import { AcceptAtOnce } from "./accept-at-once";
import { Price } from "./price";
import { Schedule } from "./schedule";
import { jobTerms, quotable, quoteTerms } from "./terms";
import { postingWords } from "./words";

/** Everything about a job on one page, with its price beside it while it is typed. */
export function JobForm<T>({
  start,
  send,
  done,
  submit,
  notice,
  fixed = false,
}: {
  start: Partial<Terms>;
  send: (terms: Terms) => Promise<T>;
  done: (answer: T) => unknown;
  submit: string;
  notice?: (total: number) => ReactNode;
  /** It was posted: what is chosen at posting is no longer asked. */
  fixed?: boolean;
}) {
  const words = useWords(postingWords);
  const { data: rules } = useQuery(configQuery());
  const frame = useRef<HTMLDivElement>(null);
  const [terms, setTerms] = useState(() => quotable(start));
  const [rateProblem, setRateProblem] = useState("");

  function typed(): void {
    const form = frame.current?.closest("form");
    if (form) setTerms(quoteTerms(new FormData(form)));
  }

  async function sent(fields: FormData): Promise<T> {
    const whole = jobTerms(fields, start);
    setRateProblem(whole ? "" : words.rateWrong);
    if (!whole) throw new Error(words.rateWrong);
    return send(whole);
  }

  return (
    <Form send={sent} done={done} submit={submit}>
      <div ref={frame} onInput={typed} className="grid gap-8">
        <About start={start} />
        <Place start={start} />
        <Schedule start={start} />
        <Section title={words.pay}>
          <div className="grid gap-4 md:grid-cols-2">
            <Field
              name="applicants_needed"
              type="number"
              label={words.people}
              inputMode="numeric"
              min={1}
              max={500}
              required
              defaultValue={start.applicants_needed ?? 1}
            />
            <Field
              name="rate"
              label={words.rate}
              hint={words.rateHint(rules ? money(rules.minimum_rate_kobo) : "")}
              problem={rateProblem || undefined}
              inputMode="decimal"
              required
              autoComplete="off"
              defaultValue={start.rate_kobo ? start.rate_kobo / 100 : ""}
            />
          </div>
          {!fixed && (
            <Check
              name="release_unconfirmed"
              label={words.releaseUnconfirmed}
              hint={words.releaseUnconfirmedHint}
              defaultChecked={start.release_unconfirmed ?? false}
            />
          )}
        </Section>
        <AcceptAtOnce start={start} />
        <Price terms={terms} notice={notice} />
      </div>
    </Form>
  );
}

function About({ start }: { start: Partial<Terms> }) {
  const words = useWords(postingWords);
  const { data: trades = [] } = useQuery(industriesQuery());
  const [trade, setTrade] = useState(start.industry ?? "");
  const parts = trades.find((one) => one.slug === trade)?.subcategories ?? [];
  return (
    <Section title={words.what}>
      <Field
        name="title"
        label={words.name}
        hint={words.nameHint}
        required
        minLength={3}
        maxLength={120}
        defaultValue={start.title}
      />
      <div className="grid gap-4 md:grid-cols-2">
        <Select
          name="industry"
          label={words.trade}
          required
          value={trade}
          onChange={(event) => setTrade(event.target.value)}
        >
          <option value="">{words.choose}</option>
          {trades.map((one) => (
            <option key={one.slug} value={one.slug}>
              {one.name}
            </option>
          ))}
        </Select>
        {parts.length > 0 && (
          <Select key={trade} name="subcategory" label={words.part} optional defaultValue={start.subcategory ?? ""}>
            <option value="" />
            {parts.map((one) => (
              <option key={one.slug} value={one.slug}>
                {one.name}
              </option>
            ))}
          </Select>
        )}
      </div>
      <TextArea
        name="description"
        label={words.description}
        hint={words.descriptionHint}
        required
        maxLength={5000}
        defaultValue={start.description}
      />
    </Section>
  );
}

function Place({ start }: { start: Partial<Terms> }) {
  const words = useWords(postingWords);
  const [here, setHere] = useState<readonly [number, number] | null>(null);
  const [refused, setRefused] = useState("");
  const near = PLACES.find(([, latitude, longitude]) => latitude === start.latitude && longitude === start.longitude);

  async function locate(): Promise<void> {
    setRefused("");
    try {
      const found = await position();
      setHere([found.latitude, found.longitude]);
    } catch (error) {
      setRefused(
        error instanceof PositionError && error.why === "denied" ? words.positionDenied : words.positionFailed,
      );
    }
  }

  return (
    <Section title={words.where}>
      <Field
        name="location"
        label={words.location}
        hint={words.locationHint}
        required
        maxLength={200}
        autoComplete="street-address"
        defaultValue={start.location}
      />
      <div className="grid items-end gap-4 md:grid-cols-2">
        <Select name="area" label={words.area} hint={words.areaHint} optional defaultValue={near?.[0] ?? ""}>
          <option value="">{words.noArea}</option>
          {PLACES.map(([name]) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </Select>
        <Button onClick={() => void locate()}>{words.useHere}</Button>
      </div>
      <Check name="code_only" label={words.codeOnly} hint={words.codeOnlyHint} defaultChecked={start.code_only} />
      <div role="status">
        {here && (
          <>
            <input type="hidden" name="latitude" value={here[0]} />
            <input type="hidden" name="longitude" value={here[1]} />
            <Notice tone="gain" title={words.positionSet} />
          </>
        )}
        {refused && <Notice tone="wait" title={refused} />}
      </div>
    </Section>
  );
}
