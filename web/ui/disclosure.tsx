import type { ReactNode, ToggleEvent } from 'react'
import classes from './disclosure.module.css'

type DisclosureProps = { label: string; open: boolean; onToggle: (open: boolean) => void; children: ReactNode }

/** Something rarely needed, closed at first. */
export function Disclosure({ label, open, onToggle, children }: DisclosureProps) {
  return (
    <details
      className={classes.root}
      open={open}
      onToggle={(event: ToggleEvent<HTMLDetailsElement>) => onToggle(event.currentTarget.open)}
    >
      <summary className={classes.summary}>{label}</summary>
      <div className={classes.content}>{children}</div>
    </details>
  )
}
