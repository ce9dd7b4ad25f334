import { Code } from '@mantine/core'
import type { z } from 'zod'
import type { PlannedRequest } from '#schema/workflow-api.ts'
import classes from './request.module.css'

/** A request as it would go out, or went; what is secret is masked by the server. */
export function Request({ request }: { request: z.infer<typeof PlannedRequest> }) {
  const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`)
  const text = [
    `${request.method} ${request.url}`,
    ...headers,
    ...(request.body === null ? [] : ['', pretty(request.body)]),
  ]
  return (
    <section className={classes.request} aria-label={`Request: ${request.method} ${request.url}`}>
      <Code block className={classes.text}>
        {text.join('\n')}
      </Code>
    </section>
  )
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}
