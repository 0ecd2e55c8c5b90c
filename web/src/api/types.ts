/** Short names for what the document defines. */

import type { components } from "./schema";

type Schemas = components["schemas"];
export type Me = Schemas["MeOut"];
export type PublicProfile = Schemas["PublicProfileOut"];
export type Job = Schemas["JobOut"];
export type JobItem = Schemas["JobOnOfferOut"];
export type ApplicationDetail = Schemas["ApplicationDetailOut"];
export type FoundJob = Schemas["FoundJobOut"];
export type Application = Schemas["ApplicationOut"];
export type Assignment = Schemas["AssignmentOut"];
export type Attendance = Schemas["AttendanceOut"];
export type Notification = Schemas["NotificationOut"];
export type Withdrawal = Schemas["WithdrawalOut"];
export type Limits = Schemas["LimitsOut"];
export type VirtualAccount = Schemas["VirtualAccountOut"];
export type Review = Schemas["ReviewOut"];
export type Dispute = Schemas["DisputeOut"];
export type Industry = Schemas["IndustryOut"];
