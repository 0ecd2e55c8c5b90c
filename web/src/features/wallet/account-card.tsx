import type { ReactNode } from "react";
import { Card } from "@/ui/page";

type Account = { account_name: string; bank_name: string; account_number: string };

/** Whose account it is, at which bank, and its number: what somebody compares before money goes there. */
export function AccountCard({ title, account, children }: { title?: string; account: Account; children?: ReactNode }) {
  return (
    <Card>
      {title && <p className="text-soft">{title}</p>}
      <p className="text-lg font-bold">{account.account_name}</p>
      <p>
        {account.bank_name}, <span className="whitespace-nowrap tabular-nums">{account.account_number}</span>
      </p>
      {children}
    </Card>
  );
}
