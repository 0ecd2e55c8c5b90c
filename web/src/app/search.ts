/** Search parameters as the address brings them: anything may stand there, so each reader says what it takes. */

export function optionalText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : undefined;
}

export function optionalNumber(value: unknown): number | undefined {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

export function oneOf<const T extends string>(values: readonly T[], value: unknown): T | undefined {
  return values.find((known) => known === value);
}

/** An id in a path: whole and positive, else there is no such page. */
export function id(value: string): number {
  return /^[1-9][0-9]{0,15}$/.test(value) ? Number(value) : 0;
}

/** A path parameter that is an id: a number in the app, digits in the address. */
export function idOf<const Name extends string>(name: Name) {
  return {
    parse: (raw: Record<Name, string>) => ({ [name]: id(raw[name]) }) as Record<Name, number>,
    stringify: (known: Record<Name, number>) => ({ [name]: String(known[name]) }) as Record<Name, string>,
  };
}
