// The API reference as one page of plain HTML, made from the description on the server: no script, nothing from elsewhere.
import { z } from 'zod'
import type { ApiDescription } from './openapi.ts'

const Schema = z.looseObject({ schema: z.unknown() })
const Content = z.record(z.string(), Schema).optional()
const Detailed = z.looseObject({
  summary: z.string().default(''),
  tags: z.array(z.string()).default(['Other']),
  parameters: z
    .array(z.looseObject({ name: z.string(), in: z.string(), required: z.boolean().optional(), schema: z.unknown() }))
    .default([]),
  requestBody: z.looseObject({ content: Content }).optional(),
  responses: z.record(z.string(), z.looseObject({ description: z.string().default(''), content: Content })).default({}),
})
type Detailed = z.infer<typeof Detailed>

type Entry = { method: string; path: string; operation: Detailed }

export function referencePage(description: ApiDescription): string {
  const entries = Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Entry => ({
      method,
      path,
      operation: Detailed.parse(operation),
    })),
  )
  const groups = Map.groupBy(entries, ({ operation }) => operation.tags[0] ?? 'Other')
  const contents = [...groups.keys()].map((tag) => `<li><a href="#${slug(tag)}">${text(tag)}</a></li>`).join('')
  const sections = [...groups].map(([tag, list]) => section(tag, list)).join('')
  const schemas = Object.entries(description.components.schemas)
    .map(([name, shape]) => `<h3 id="schema-${slug(name)}">${text(name)}</h3>${json(shape)}`)
    .join('')
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Lockkeeper API</title><style>${STYLE}</style></head><body>
<header><h1>Lockkeeper API</h1><p>Below <code>/api/v1</code>. Sign in, or send <code>Authorization: Bearer KEY</code>.
The same as <a href="/api/v1/openapi.json">OpenAPI 3.1</a>. Errors are problem details (RFC 9457) with a <code>code</code>.</p></header>
<nav aria-label="Contents"><ul>${contents}<li><a href="#schemas">Schemas</a></li></ul></nav>
<main>${sections}<section id="schemas"><h2>Schemas</h2>${schemas}</section></main></body></html>`
}

function section(tag: string, entries: Entry[]): string {
  return `<section id="${slug(tag)}"><h2>${text(tag)}</h2>${entries.map(operationOf).join('')}</section>`
}

function operationOf({ method, path, operation }: Entry): string {
  const parameters = operation.parameters.map(
    ({ name, in: where, required, schema }) =>
      `<tr><td><code>${text(name)}</code></td><td>${text(where)}${required === true ? ', required' : ''}</td><td>${json(schema)}</td></tr>`,
  )
  const answers = Object.entries(operation.responses).map(
    ([status, { description, content }]) =>
      `<tr><td>${text(status)}</td><td>${text(description)}</td><td>${contentOf(content)}</td></tr>`,
  )
  const wanted = operation.requestBody === undefined ? '' : `<h4>Body</h4>${contentOf(operation.requestBody.content)}`
  const asked = parameters.length === 0 ? '' : `<h4>Parameters</h4><table>${parameters.join('')}</table>`
  return `<details><summary><b>${method.toUpperCase()}</b> <code>${text(path)}</code> ${text(operation.summary)}</summary>
${asked}${wanted}<h4>Answers</h4><table>${answers.join('')}</table></details>`
}

function contentOf(content: z.infer<typeof Content>): string {
  return Object.values(content ?? {})
    .map(({ schema }) => json(schema))
    .join('')
}

/** The shape as indented JSON; a reference to a schema becomes a link to it. */
function json(shape: unknown): string {
  const linked = text(JSON.stringify(shape, null, 2) ?? '').replace(
    /&quot;#\/components\/schemas\/(\w+)&quot;/g,
    (_match, name: string) => `<a href="#schema-${slug(name)}">${name}</a>`,
  )
  return `<pre>${linked}</pre>`
}

function slug(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '-')
}

function text(value: string): string {
  return value.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`).replaceAll('&#34;', '&quot;')
}

const STYLE = `:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:70rem;margin:0 auto;padding:1rem}
nav ul{display:flex;flex-wrap:wrap;gap:1rem;list-style:none;padding:0}pre{overflow:auto;margin:0;font-size:.8rem}
table{border-collapse:collapse;width:100%}td{border-top:1px solid #8884;padding:.3rem .6rem;vertical-align:top;text-align:left}
summary{cursor:pointer;padding:.3rem 0}details{border-bottom:1px solid #8884}h4{margin:.6rem 0 .2rem}`
