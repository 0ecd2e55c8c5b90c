import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api, body } from "../client";
import { listOf } from "../lists";
import type { components } from "../schema";
import { meKeys, meQuery } from "./me";

type Schemas = components["schemas"];

export const peopleKeys = {
  one: (id: number) => ["people", "one", id] as const,
  blocks: () => ["blocks"] as const,
};

export function profileQuery(id: number) {
  return queryOptions({
    queryKey: peopleKeys.one(id),
    queryFn: () => body(api.GET("/api/get-profile/{user_id}", { params: { path: { user_id: id } } })),
  });
}

export function saveMe(changes: Schemas["MePatch"]) {
  return body(api.PATCH("/api/me", { body: changes }));
}

export function saveAvatar(picture: File) {
  const form = new FormData();
  form.append("file", picture);
  // The types know no files: the document says "binary", the browser sends a form.
  return body(api.PUT("/api/me/avatar", { body: form as unknown as { file: string } }));
}

export function dropAvatar() {
  return api.DELETE("/api/me/avatar");
}

export async function meChanged(queries: QueryClient, me?: Schemas["MeOut"]): Promise<void> {
  if (me) queries.setQueryData(meQuery().queryKey, me);
  await queries.invalidateQueries({ queryKey: meKeys.all });
}

export function blockList() {
  return listOf(peopleKeys.blocks(), (page) => body(api.GET("/api/blocks", { params: { query: page } })));
}

export function block(userId: number) {
  return body(api.POST("/api/blocks", { body: { user_id: userId } }));
}

export function unblock(userId: number) {
  return api.DELETE("/api/blocks/{user_id}", { params: { path: { user_id: userId } } });
}
