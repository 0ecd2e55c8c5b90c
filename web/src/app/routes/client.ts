/** Screens of clients, who post jobs. */

import { routes } from "./base";

export const clientRoutes = routes();
