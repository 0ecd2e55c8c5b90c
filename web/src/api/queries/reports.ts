import { api, body } from "../client";
import { listOf } from "../lists";
import type { components } from "../schema";

type Report = components["schemas"]["ReportIn"];

export function report(
  subject_type: Report["subject_type"],
  subject_id: number,
  category: Report["category"],
  text: string,
) {
  return body(api.POST("/api/reports", { body: { subject_type, subject_id, category, text } }));
}

export const reportKeys = { all: ["reports"] as const };

/** One's own, the last first, with what became of each. */
export function reportList() {
  return listOf(reportKeys.all, (page) => body(api.GET("/api/reports", { params: { query: page } })));
}
