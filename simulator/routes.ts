import type { Route } from './route-table.ts'
import { v1Routes } from './v1/routes.ts'
import { v2Routes } from './v2/routes.ts'

/** Every call of the site's API that the simulator answers. */
export const routes: readonly Route[] = [...v2Routes, ...v1Routes]
