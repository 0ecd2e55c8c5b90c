import { queryOptions, useQuery } from "@tanstack/react-query";
import * as ahead from "../ahead";

export const meKeys = { all: ["me"] as const };

export function meQuery() {
  return queryOptions({
    queryKey: meKeys.all,
    queryFn: () => ahead.me.take(),
    staleTime: 60_000,
    meta: { keep: true },
  });
}

/** The person who is logged in. Only below the guard, which has read it before anything is shown. */
export function useMe() {
  const { data } = useQuery(meQuery());
  if (!data) throw new Error("useMe outside of the guard");
  return data;
}
