import type { AttemptTiming } from '#schema/delivery.ts'
import classes from './attempts.module.css'
import { formatMs } from './words.ts'

type Part = { name: string; ms: number; colour: string }

/** Where an attempt's time went, part after part. */
export function TimingBar({ timing }: { timing: AttemptTiming }) {
  const parts = partsOf(timing)
  return (
    <div>
      <div className={classes.bar} aria-hidden>
        {parts.map(({ name, ms, colour }) => (
          <div key={name} style={{ flexGrow: Math.max(ms, 0.01), background: `var(--mantine-color-${colour})` }} />
        ))}
      </div>
      <ul className={classes.parts} aria-label="Timing">
        {parts.map(({ name, ms, colour }) => (
          <li key={name}>
            <span className={classes.dot} style={{ background: `var(--mantine-color-${colour})` }} aria-hidden />
            {name} {formatMs(ms)}
          </li>
        ))}
        <li>
          <strong>Total {formatMs(timing.totalMs)}</strong>
        </li>
      </ul>
    </div>
  )
}

/** Those that there were; the rest is what no part names, such as reading the answer. */
function partsOf({ dnsMs, connectMs, tlsMs, firstByteMs, totalMs }: AttemptTiming): Part[] {
  const named = [
    { name: 'DNS', ms: dnsMs, colour: 'violet-5' },
    { name: 'Connect', ms: connectMs, colour: 'blue-5' },
    { name: 'TLS', ms: tlsMs, colour: 'teal-5' },
    { name: 'First byte', ms: firstByteMs, colour: 'orange-5' },
  ].flatMap(({ ms, ...part }) => (ms === null ? [] : [{ ...part, ms }]))
  const rest = totalMs - named.reduce((sum, { ms }) => sum + ms, 0)
  return [...named, { name: 'Rest', ms: Math.max(0, rest), colour: 'gray-5' }]
}
