import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { bankAccountQuery, walletKeys } from "@/api/queries/wallet";
import { Button } from "@/ui/button";
import { Moment } from "@/ui/moment";
import { Page, Section } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { AccountCard } from "./account-card";
import { BankAccountForm } from "./bank-account-form";
import { walletWords } from "./words";

export function BankAccount() {
  const words = useWords(walletWords);
  const { data: account } = useQuery(bankAccountQuery());
  const queries = useQueryClient();
  const [changing, setChanging] = useState(false);
  return (
    <Page title={words.accountTitle}>
      <p className="text-soft">{words.accountText}</p>
      {account === undefined && <Skeleton rows={1} />}
      {account && (
        <Section title={words.current}>
          <AccountCard account={account}>
            <p className="text-sm text-soft">
              <Moment at={account.changed_at} />
            </p>
          </AccountCard>
          {!changing && (
            <div>
              <Button onClick={() => setChanging(true)}>{words.change}</Button>
            </div>
          )}
        </Section>
      )}
      {(account === null || changing) && (
        <BankAccountForm
          done={async () => {
            setChanging(false);
            toast(words.saved, "gain");
            await queries.invalidateQueries({ queryKey: walletKeys.account() });
          }}
        />
      )}
    </Page>
  );
}
