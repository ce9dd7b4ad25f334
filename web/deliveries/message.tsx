import { Code } from '@mantine/core'
import classes from './deliveries.module.css'
import { pretty } from './words.ts'

type MessageProps = { label: string; first: string; headers: Record<string, string>; body: string | null }

/** A request or an answer as text; what is secret was masked by the server. */
export function Message({ label, first, headers, body }: MessageProps) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const text = [first, ...lines, ...(body === null || body === '' ? [] : ['', pretty(body)])]
  return (
    <section className={classes.message} tabIndex={0} aria-label={label}>
      <Code block className={classes.code}>
        {text.join('\n')}
      </Code>
    </section>
  )
}
