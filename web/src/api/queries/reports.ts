import { api, body } from "../client";
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
