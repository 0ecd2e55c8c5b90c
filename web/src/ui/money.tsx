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
  const sign = signed ? (kobo > 0 ? "+" : kobo < 0 ? "−" : "") : kobo < 0 ? "−" : "";
  const colour = signed && kobo > 0 ? "text-gain" : "";
  return (
    <span className={`whitespace-nowrap tabular-nums ${colour} ${className}`}>
      {sign}
      {money(Math.abs(kobo))}
    </span>
  );
}
