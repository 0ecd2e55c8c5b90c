import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Form } from "@/api/form";
import { useMe } from "@/api/queries/me";
import { confirmNumber, limitsChanged, limitsQuery } from "@/api/queries/wallet";
import type { Limits as LimitsData } from "@/api/types";
import { buttonLook } from "@/ui/button";
import { money } from "@/ui/format";
import { Money } from "@/ui/money";
import { Card, Fact, Facts, Page, Section } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { Notice, Tag } from "@/ui/tag";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { IdentityFields, type IdentityKind, identityNumber } from "./identity-fields";
import { limitsWords } from "./limits-words";

/** What may leave by bank now, and the numbers that would raise it. */
export function Limits() {
  const words = useWords(limitsWords);
  const { data: limits } = useQuery(limitsQuery());
  return (
    <Page title={words.title}>
      {limits ? (
        <>
          <Card>
            <div aria-live="polite">
              <Facts>
                <Fact name={words.atOnce}>
                  <Money kobo={limits.maximum_withdrawal_kobo} className="text-xl font-bold" />
                </Fact>
                <Fact name={words.inADay}>
                  <Money kobo={limits.withdrawal_kobo_per_day} className="text-xl font-bold" />
                </Fact>
                {limits.confirmed.length > 0 && (
                  <Fact name={words.confirmed}>
                    <span className="flex gap-2">
                      {limits.confirmed.map((kind) => (
                        <Tag key={kind} tone="gain">
                          {words.kind[kind]}
                        </Tag>
                      ))}
                    </span>
                  </Fact>
                )}
              </Facts>
            </div>
          </Card>
          {limits.raised_to ? <Raise limits={limits} to={limits.raised_to} /> : <p>{words.highest}</p>}
        </>
      ) : (
        <Skeleton rows={2} />
      )}
    </Page>
  );
}

/** The step that raises them: which number, what becomes of it, and the number. */
function Raise({ limits, to }: { limits: LimitsData; to: NonNullable<LimitsData["raised_to"]> }) {
  const words = useWords(limitsWords);
  const me = useMe();
  const queries = useQueryClient();
  const [wanted, setWanted] = useState<IdentityKind>("bvn");
  // What was confirmed just now is no choice any more.
  const kind = limits.may_confirm.includes(wanted) ? wanted : (limits.may_confirm[0] ?? wanted);
  return (
    <Section title={words.raise}>
      <p>{words.offer(money(to.maximum_withdrawal_kobo), money(to.withdrawal_kobo_per_day))}</p>
      {me.first_name && me.last_name ? (
        <Form
          // A number that was typed for the one is not sent as the other.
          key={kind}
          submit={words.check}
          send={(fields) => confirmNumber({ kind, number: identityNumber(fields) })}
          done={(now) => {
            toast(words.done(words.kind[kind]), "gain");
            return limitsChanged(queries, now);
          }}
        >
          <IdentityFields kinds={limits.may_confirm} kind={kind} onChange={setWanted} />
          <Notice title={words.notKept}>{words.notKeptText}</Notice>
        </Form>
      ) : (
        <>
          <p className="text-soft">{words.nameMissing}</p>
          <div>
            <Link to="/profile" className={buttonLook("plain")}>
              {words.toProfile}
            </Link>
          </div>
        </>
      )}
    </Section>
  );
}

/** Where somebody withdraws: that there is a limit that a number would raise. Nothing where there is none. */
export function LimitHint() {
  const words = useWords(limitsWords);
  const { data: limits } = useQuery(limitsQuery());
  if (!limits?.raised_to) return null;
  return (
    <Notice title={words.more(money(limits.maximum_withdrawal_kobo))}>
      <Link to="/wallet/limits" className="font-medium text-action underline">
        {words.toLimits}
      </Link>
    </Notice>
  );
}
