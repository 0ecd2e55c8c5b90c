import { money } from "./format";

/** An amount. `signed` is for statements, where what came in and what went out must be told apart without colour. */
export function Money({
  kobo,
  signed = false,
  className = "",
}: {
  kobo: number;
  signed?: boolean;
  className?: string;
}) {
  const gained = signed && kobo > 0;
  return (
    <span className={`whitespace-nowrap tabular-nums ${gained ? "text-gain" : ""} ${className}`}>
      {gained && "+"}
      {money(kobo)}
    </span>
  );
}
