import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { useRef } from "react";
import { Form, secret, text } from "@/api/form";
import { bankAccountQuery, walletChanged, walletQuery, withdrawMoney } from "@/api/queries/wallet";
import type { Withdrawal } from "@/api/types";
import { Button, buttonLook } from "@/ui/button";
import { Field, PasswordField } from "@/ui/field";
import { money } from "@/ui/format";
import { Page } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { Notice } from "@/ui/tag";
import { kobo } from "@/ui/typed-money";
import { useWords } from "@/ui/words";
import { AccountCard } from "./account-card";
import { LimitHint } from "./limits";
import { SecondFactorField, useSecondFactor } from "./second-factor-field";
import { walletWords } from "./words";

export function Withdraw() {
  const words = useWords(walletWords);
  const { data: wallet } = useQuery(walletQuery());
  const { data: account } = useQuery(bankAccountQuery());
  const queries = useQueryClient();
  const router = useRouter();
  const amount = useRef<HTMLInputElement>(null);
  const factor = useSecondFactor();

  if (!wallet || account === undefined) {
    return (
      <Page title={words.withdrawTitle}>
        <Skeleton rows={2} />
      </Page>
    );
  }
  if (account === null) {
    return (
      <Page title={words.withdrawTitle}>
        <Notice tone="wait" title={words.noAccount}>
          <Link to="/get-account-details" className={buttonLook("main", "mt-2")}>
            {words.addAccount}
          </Link>
        </Notice>
      </Page>
    );
  }

  const most = Math.min(wallet.balance_kobo, wallet.maximum_withdrawal_kobo);
  if (most < wallet.minimum_withdrawal_kobo) {
    return (
      <Page title={words.withdrawTitle}>
        <AccountCard title={words.toAccount} account={account} />
        <Notice title={words.tooLittle(money(wallet.balance_kobo))}>
          {words.tooLittleText(money(wallet.minimum_withdrawal_kobo))}
        </Notice>
      </Page>
    );
  }

  function send(fields: FormData) {
    const code = text(fields, "second_factor_code").toUpperCase();
    return withdrawMoney({
      // Not an amount: the server says so at the field.
      amount_kobo: kobo(text(fields, "amount_kobo")) ?? 0,
      password: secret(fields, "password"),
      ...(code && { second_factor_code: code }),
    });
  }

  function all(): void {
    if (amount.current) amount.current.value = String(most / 100);
  }

  return (
    <Page title={words.withdrawTitle}>
      <AccountCard title={words.toAccount} account={account} />
      <Form
        send={factor.watch(send)}
        done={async ({ id }: Withdrawal) => {
          await walletChanged(queries);
          await router.navigate({ to: "/wallet/withdrawals/$withdrawalId", params: { withdrawalId: id } });
        }}
        submit={words.send}
      >
        <div className="grid gap-1">
          <Field
            ref={amount}
            name="amount_kobo"
            label={words.amount}
            hint={words.amountHint(money(wallet.minimum_withdrawal_kobo), money(most))}
            inputMode="decimal"
            pattern="[0-9,]+(\.[0-9]{1,2})?"
            autoComplete="off"
            className="text-xl"
            required
          />
          <Button look="quiet" className="justify-self-start" onClick={all}>
            {words.allOfIt}
          </Button>
        </div>
        <PasswordField name="password" label={words.password} autoComplete="current-password" required />
        <SecondFactorField needed={factor.needed} />
      </Form>
      <LimitHint />
    </Page>
  );
}
