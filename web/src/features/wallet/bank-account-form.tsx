import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Form, secret, text } from "@/api/form";
import { banksQuery, lookUpAccount, saveBankAccount } from "@/api/queries/wallet";
import { Button } from "@/ui/button";
import { Field, PasswordField, Select } from "@/ui/field";
import { Skeleton } from "@/ui/skeleton";
import { Notice } from "@/ui/tag";
import { useWords } from "@/ui/words";
import { AccountCard } from "./account-card";
import { SecondFactorField, useSecondFactor } from "./second-factor-field";
import { walletWords } from "./words";

type Typed = { bank_code: string; account_number: string };
type Found = Typed & Awaited<ReturnType<typeof lookUpAccount>>;

/** Ten digits first, then the name that the bank has for them; only what is confirmed is saved. */
export function BankAccountForm({ done }: { done: () => unknown }) {
  const [found, setFound] = useState<Found>();
  const [confirming, setConfirming] = useState(false);
  if (found && confirming) return <Confirm account={found} done={done} back={() => setConfirming(false)} />;
  return (
    <LookUp
      last={found}
      done={(answer) => {
        setFound(answer);
        setConfirming(answer.is_yours);
      }}
    />
  );
}

function LookUp({ last, done }: { last: Found | undefined; done: (answer: Found) => void }) {
  const words = useWords(walletWords);
  const { data: banks } = useQuery(banksQuery());
  if (!banks) return <Skeleton rows={2} />;

  async function send(fields: FormData): Promise<Found> {
    const typed = { bank_code: text(fields, "bank_code"), account_number: text(fields, "account_number") };
    return { ...typed, ...(await lookUpAccount(typed)) };
  }

  return (
    <>
      {last && !last.is_yours && (
        <div role="alert">
          <Notice tone="harm" title={words.notYours}>
            <p>{words.notYoursText(last.bank_name)}</p>
          </Notice>
        </div>
      )}
      <Form send={send} done={done} submit={words.check}>
        <Select name="bank_code" label={words.bank} defaultValue={last?.bank_code ?? ""} required>
          <option value="" disabled>
            {words.chooseBank}
          </option>
          {banks.items.map((bank) => (
            <option key={bank.code} value={bank.code}>
              {bank.name}
            </option>
          ))}
        </Select>
        <Field
          name="account_number"
          label={words.number}
          hint={words.numberHint}
          defaultValue={last?.account_number}
          inputMode="numeric"
          autoComplete="off"
          pattern="[0-9]{10}"
          maxLength={10}
          required
        />
      </Form>
    </>
  );
}

function Confirm({ account, done, back }: { account: Found; done: () => unknown; back: () => void }) {
  const words = useWords(walletWords);
  const factor = useSecondFactor();

  function send(fields: FormData) {
    const code = text(fields, "second_factor_code").toUpperCase();
    return saveBankAccount({
      bank_code: account.bank_code,
      account_number: account.account_number,
      password: secret(fields, "password"),
      ...(code && { second_factor_code: code }),
    });
  }

  return (
    <>
      <AccountCard title={words.isThisYou} account={account} />
      <Form
        send={factor.watch(send)}
        done={done}
        submit={words.yes}
        aside={
          <Button look="quiet" onClick={back}>
            {words.no}
          </Button>
        }
      >
        <PasswordField name="password" label={words.password} autoComplete="current-password" required />
        <SecondFactorField needed={factor.needed} />
      </Form>
    </>
  );
}
