/** What the calling client keeps of postings, to begin the next one with. */

import { api, body } from "../client";
import { listOf } from "../lists";
import type { components } from "../schema";

type Schemas = components["schemas"];
export type Template = Schemas["TemplateOut"];
export type TemplateTerms = Schemas["TemplateTermsIn"];

export const templateKeys = { all: ["job-templates"] as const };

export function templates() {
  return listOf(templateKeys.all, (page) => body(api.GET("/api/job-templates", { params: { query: page } })));
}

export function keepTemplate(name: string, terms: TemplateTerms) {
  return body(api.POST("/api/job-templates", { body: { name, terms } }));
}

export function renameTemplate(id: number, name: string) {
  const params = { path: { template_id: id } };
  return body(api.PATCH("/api/job-templates/{template_id}", { params, body: { name } }));
}

export function deleteTemplate(id: number) {
  return api.DELETE("/api/job-templates/{template_id}", { params: { path: { template_id: id } } });
}
