import type { StatusColour } from '#schema/workflow.ts'
import type { z } from 'zod'
import classes from './status-dot.module.css'

export type Colour = z.infer<typeof StatusColour>

/** The colour of a status; its name always stands beside it. */
export function StatusDot({ colour = 'gray' }: { colour?: Colour | undefined }) {
  return <span className={classes.dot} style={{ background: `var(--mantine-color-${colour}-6)` }} aria-hidden />
}
