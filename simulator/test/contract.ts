import { existsSync, readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'
import formats from 'ajv-formats'
import { z } from 'zod'

/*
 * The vendor's API documents, read from beside the checkout. Known gaps between them and recorded answers are bridged
 * here, each with its reason, so that everything else is judged strictly.
 */
export const shared = new URL('../../../shared/', import.meta.url)
export const hasShared = existsSync(new URL('confluence-api/cloud-v2.openapi.json', shared))

const Operation = z.looseObject({
  responses: z
    .record(
      z.string(),
      z.looseObject({ content: z.record(z.string(), z.looseObject({ schema: z.unknown().optional() })).optional() }),
    )
    .optional(),
})
const Document = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
type Document = z.infer<typeof Document>

export type Contract = { check: (method: string, path: string, status: number, answer: unknown) => string[] }

/** Reads one document; `prefix` stands before its paths, `name` keeps the documents apart. */
export function openContract(name: string, prefix: string): Contract {
  const document = Document.parse(
    JSON.parse(readFileSync(new URL(`confluence-api/${name}.openapi.json`, shared), 'utf8')),
  )
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true })
  formats.default(ajv, ['date-time', 'int32', 'int64'])
  ajv.addSchema(document, name)
  const compiled = new Map<string, ValidateFunction>()
  return {
    check: (method, path, status, answer) => {
      const found = findOperation(document, prefix, method, path)
      if (found === undefined) return [`${name} knows no ${method} ${path}`]
      const schema = found.operation.responses?.[String(status)]?.content?.['application/json']?.schema
      if (found.operation.responses?.[String(status)] === undefined)
        return [`${name} has no ${status} for ${method} ${found.pattern}`]
      if (schema === undefined) return []
      const pointer = `${name}#/paths/${escaped(found.pattern)}/${method.toLowerCase()}/responses/${status}/content/application~1json/schema`
      const validate = compiled.get(pointer) ?? ajv.compile({ $ref: pointer })
      compiled.set(pointer, validate)
      return validate(bridged(answer))
        ? []
        : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`)
    },
  }
}

// Recorded answers carry null where the documents promise a text (parentId, description, icon), and integers as a
// folder's createdAt: neither is held against the simulator.
function bridged(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bridged)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      if (inner === null) return []
      return [
        [name, name === 'createdAt' && typeof inner === 'number' ? new Date(inner).toISOString() : bridged(inner)],
      ]
    }),
  )
}

function findOperation(document: Document, prefix: string, method: string, path: string) {
  const given = path.split('/')
  const patterns = Object.keys(document.paths)
    .filter((pattern) => fits(`${prefix}${pattern}`.split('/'), given))
    .sort((a, b) => (a.match(/\{/g)?.length ?? 0) - (b.match(/\{/g)?.length ?? 0))
  for (const pattern of patterns) {
    const operation = Operation.safeParse(document.paths[pattern]?.[method.toLowerCase()])
    if (operation.success) return { pattern, operation: operation.data }
  }
  return undefined
}

function fits(pattern: string[], given: string[]): boolean {
  return (
    pattern.length === given.length && pattern.every((segment, at) => segment.startsWith('{') || segment === given[at])
  )
}

function escaped(pattern: string): string {
  return encodeURIComponent(pattern.replaceAll('~', '~0').replaceAll('/', '~1'))
}
