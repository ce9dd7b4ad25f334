import type { ReactNode } from 'react'
import classes from './rows.module.css'

/** A short list where a table has no room. */
export function Rows({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul className={classes.list} aria-label={label}>
      {children}
    </ul>
  )
}

/** One of its rows, with what can be done with it at the end. */
export function Row({ action, children }: { action: ReactNode; children: ReactNode }) {
  return (
    <li>
      <div className={classes.what}>{children}</div>
      <div className={classes.action}>{action}</div>
    </li>
  )
}
