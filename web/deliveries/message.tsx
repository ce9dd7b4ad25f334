import { Code, ScrollArea } from '@mantine/core'
import classes from './deliveries.module.css'
import { pretty } from './words.ts'

type MessageProps = { label: string; first: string; headers: Record<string, string>; body: string | null }

/** A request or an answer as text; what is secret was masked by the server. A long one scrolls, with the keyboard too. */
export function Message({ label, first, headers, body }: MessageProps) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const text = [first, ...lines, ...(body === null || body === '' ? [] : ['', pretty(body)])]
  return (
    <ScrollArea.Autosize
      mah={420}
      type="auto"
      className={classes.message}
      viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': label }}
    >
      <Code block className={classes.code}>
        {text.join('\n')}
      </Code>
    </ScrollArea.Autosize>
  )
}
