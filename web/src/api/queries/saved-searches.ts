/** The searches that the calling worker keeps: new jobs that fit one are told. */

import { api, body } from "../client";
import { listOf } from "../lists";
import type { components } from "../schema";
import type { JobFilters } from "./jobs";

export type SavedSearch = components["schemas"]["SavedSearchOut"];

export const searchKeys = { all: ["saved-searches"] as const };

export function savedSearches() {
  return listOf(searchKeys.all, (page) => body(api.GET("/api/saved-searches", { params: { query: page } })));
}

export function saveSearch(name: string, { order: _, ...filters }: JobFilters) {
  return body(api.POST("/api/saved-searches", { body: { name, filters } }));
}

export function renameSearch(id: number, name: string) {
  return body(api.PATCH("/api/saved-searches/{search_id}", { params: { path: { search_id: id } }, body: { name } }));
}

export function deleteSearch(id: number) {
  return api.DELETE("/api/saved-searches/{search_id}", { params: { path: { search_id: id } } });
}

/** As the search has them: what was not set is left out. */
export function filtersOf(saved: SavedSearch): JobFilters {
  const given = (value: unknown) => (Array.isArray(value) ? value.length > 0 : value !== null && value !== "");
  const set = Object.entries(saved.filters).filter(([, value]) => given(value));
  return Object.fromEntries(set) as JobFilters;
}
