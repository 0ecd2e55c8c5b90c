import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Form, text } from "@/api/form";
import { configQuery } from "@/api/queries/config";
import { useMe } from "@/api/queries/me";
import { meChanged, saveMe } from "@/api/queries/people";
import { accountNumberQuery, askForAccountNumber, walletKeys } from "@/api/queries/wallet";
import type { VirtualAccount } from "@/api/types";
import { buttonLook } from "@/ui/button";
import { Copyable } from "@/ui/copyable";
import { Field } from "@/ui/field";
import { Card, Fact, Facts, Section } from "@/ui/page";
import { Notice } from "@/ui/tag";
import { useWords } from "@/ui/words";
import { accountNumberWords } from "./account-number-words";
import { IdentityFields, type IdentityKind, identityNumber } from "./identity-fields";

/** A client's own account number: to be asked for, on its way, or there. Nothing where the operator offers none. */
export function AccountNumber() {
  const words = useWords(accountNumberWords);
  // While the answer is awaited the account says that it is on its way: the form stays, for an answer that is a refusal.
  const [asking, setAsking] = useState(false);
  const { role } = useMe();
  const { data: config } = useQuery(configQuery());
  const offered = role === "client" && config?.virtual_accounts === true;
  const { data: account } = useQuery({ ...accountNumberQuery(), enabled: offered });
  if (!offered || !account) return null;
  const isOffered = account.status !== "active" && (asking || account.status === "none" || account.needs_identity);
  return (
    <Section title={words.title}>
      <div aria-live="polite">
        {isOffered && <Offer account={account} onAsk={setAsking} />}
        {account.status === "requested" && !isOffered && (
          <Notice tone="wait" title={words.coming}>
            {words.comingText}
          </Notice>
        )}
        {account.status === "active" && (
          <Card className="grid gap-4">
            <Copyable text={account.account_number} label={words.number} />
            <Facts>
              <Fact name={words.bank}>{account.bank_name}</Fact>
              <Fact name={words.name}>{account.account_name}</Fact>
            </Facts>
            <ol className="list-decimal ps-5 text-soft">
              {[words.how.send, words.how.thenWait, words.how.thenPay].map((step) => (
                <li key={step}>{step}</li>
              ))}
            </ol>
          </Card>
        )}
      </div>
    </Section>
  );
}

/** What it is good for, and what the bank still has to know. */
function Offer({ account, onAsk }: { account: VirtualAccount; onAsk: (asking: boolean) => void }) {
  const words = useWords(accountNumberWords);
  // As it was when the form came: what is typed is not thrown away while the provider is asked.
  const [needsIdentity] = useState(account.needs_identity);
  const [kind, setKind] = useState<IdentityKind>("bvn");
  const me = useMe();
  const queries = useQueryClient();
  if (!me.first_name || !me.last_name) {
    return (
      <Card className="grid gap-3">
        <p>{words.offer}</p>
        <p className="text-soft">{words.namesMissing}</p>
        <div>
          <Link to="/profile" className={buttonLook("plain")}>
            {words.toProfile}
          </Link>
        </div>
      </Card>
    );
  }
  return (
    <Card className="grid gap-3">
      <p>{words.offer}</p>
      <Form
        submit={words.ask}
        look="plain"
        send={async (fields) => {
          onAsk(true);
          const phone = text(fields, "phone");
          if (phone) await meChanged(queries, await saveMe({ phone }));
          return askForAccountNumber(needsIdentity ? { kind, number: identityNumber(fields) } : undefined);
        }}
        done={(given) => {
          queries.setQueryData(walletKeys.number(), given);
          onAsk(false);
        }}
      >
        {!me.phone && (
          <Field
            name="phone"
            type="tel"
            label={words.phone}
            hint={words.phoneHint}
            autoComplete="tel"
            placeholder="+2348031234567"
            required
          />
        )}
        {needsIdentity && (
          <>
            <IdentityFields kinds={["bvn", "nin"]} kind={kind} onChange={setKind} />
            <Notice title={words.notKept}>{words.notKeptText}</Notice>
          </>
        )}
      </Form>
    </Card>
  );
}
