/** People who worked for the calling client. */

import { api, body } from "../client";
import { listOf } from "../lists";

export function workerList() {
  return listOf(["workers"], (page) => body(api.GET("/api/client/workers", { params: { query: page } })));
}

export function invite(jobId: number, userId: number) {
  return body(
    api.POST("/api/jobs/{job_id}/invitations", { params: { path: { job_id: jobId } }, body: { user_id: userId } }),
  );
}
