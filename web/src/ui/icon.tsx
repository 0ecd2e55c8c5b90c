const PATHS = {
  home: "M3 11 12 3l9 8v10h-6v-6H9v6H3z",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14m5 12 5 5",
  calendar: "M4 6h16v15H4zM4 11h16M8 3v5m8-5v5",
  wallet: "M3 7h16a2 2 0 0 1 2 2v10H5a2 2 0 0 1-2-2V6l12-3v4m1 7h2",
  person: "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8M4 21c0-5 4-7 8-7s8 2 8 7",
  bell: "M6 17V11a6 6 0 1 1 12 0v6l2 2H4zm4 4h4",
  work: "M4 8h16v12H4zM9 8V4h6v4M4 13h16",
  plus: "M12 4v16M4 12h16",
  pin: "M12 21s7-7 7-12a7 7 0 1 0-14 0c0 5 7 12 7 12m0-14a2 2 0 1 1 0 4 2 2 0 0 1 0-4",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18m0 4v5l4 2",
  save: "M6 3h12v18l-6-5-6 5z",
  people: "M9 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6M2 20c0-4 3-6 7-6s7 2 7 6m0-15a3 3 0 0 1 0 6m2 3c3 1 4 3 4 6",
  check: "m4 13 5 5L20 6",
  flag: "M5 21V4h13l-3 4 3 4H5",
} as const;

export type IconName = keyof typeof PATHS;

/** Drawn with the colour of the text around it. Decoration: a word stands beside it. */
export function Icon({ name, className = "size-6" }: { name: IconName; className?: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" className={`shrink-0 ${className}`} fill="none" stroke="currentColor">
      <path d={PATHS[name]} strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
