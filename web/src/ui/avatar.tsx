import { initials } from "./format";

const SIZES = { small: "size-8 text-sm", middle: "size-12 text-base", large: "size-24 text-2xl" } as const;

/** A face, or its initials. Decoration: the name stands beside it. */
export function Avatar({
  name,
  url,
  size = "middle",
}: {
  name: string;
  url?: string | null | undefined;
  size?: keyof typeof SIZES;
}) {
  const look = `${SIZES[size]} shrink-0 rounded-full`;
  if (url) return <img src={url} alt="" loading="lazy" decoding="async" className={`${look} bg-line object-cover`} />;
  return (
    <span
      aria-hidden="true"
      className={`${look} inline-flex items-center justify-center bg-action-tint font-medium text-action`}
    >
      {initials(name)}
    </span>
  );
}
