import { z } from 'zod'
import { Definition, DEFINITION_FORMAT } from '#schema/workflow.ts'

/** The JSON Schema (2020-12) of a definition, for editors and whoever writes one by hand. */
export function publishedSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(Definition, { io: 'input', unrepresentable: 'any' })
  return { $schema, title: `Workflow definition of Lockkeeper, format ${DEFINITION_FORMAT}`, ...schema }
}
