import type { ReactNode } from "react";

/** An empty list says what to do about it. */
export function Empty({ title, children, action }: { title: ReactNode; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="grid justify-items-center gap-3 rounded-lg border border-dashed border-edge px-4 py-10 text-center">
      <p className="text-lg font-medium">{title}</p>
      {children && <p className="max-w-sm text-soft">{children}</p>}
      {action}
    </div>
  );
}
