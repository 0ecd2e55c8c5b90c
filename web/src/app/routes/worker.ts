/** Screens of workers. */

import { routes } from "./base";

export const workerRoutes = routes();
