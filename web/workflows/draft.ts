import { z } from 'zod'
import { DocumentType } from '#schema/document.ts'
import { Signing, WebhookMethod } from '#schema/webhook.ts'
import { ConditionField, EventType, StatusColour } from '#schema/workflow.ts'

// A definition while it is being written: the same shape as schema/workflow.ts, but anything may still be empty, too long
// or refer to nothing. The server says what is wrong with it; here only what the form could not show is refused.

const text = z.string()
const texts = z.array(text)

export const DraftStatus = z.strictObject({
  id: text,
  name: text,
  colour: StatusColour.optional(),
  final: z.boolean().optional(),
  expiresAfter: text.optional(),
  onExpiry: text.optional(),
})
export type DraftStatus = z.infer<typeof DraftStatus>

export const DraftTransition = z.strictObject({
  from: text,
  to: text,
  name: text,
  who: texts.optional(),
  approvals: z
    .strictObject({ minimum: z.union([z.number(), z.literal('all')]), notAuthor: z.boolean().optional() })
    .optional(),
  requireComment: z.boolean().optional(),
})
export type DraftTransition = z.infer<typeof DraftTransition>

export const DraftComparison = z.strictObject({
  field: ConditionField,
  is: text.optional(),
  isNot: text.optional(),
  in: texts.optional(),
  contains: text.optional(),
})
export type DraftComparison = z.infer<typeof DraftComparison>
export type DraftCondition =
  | DraftComparison
  | { all: DraftCondition[] }
  | { any: DraftCondition[] }
  | { not: DraftCondition }
const DraftCondition: z.ZodType<DraftCondition> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(DraftCondition) }),
    z.strictObject({ any: z.array(DraftCondition) }),
    z.strictObject({ not: DraftCondition }),
    DraftComparison,
  ]),
)

const id = { id: text.optional() }
const webhook = {
  ...id,
  url: text,
  method: WebhookMethod.optional(),
  headers: z.record(text, text).optional(),
  body: z.json().optional(),
  text: text.optional(),
  timeoutSeconds: z.number().optional(),
  signing: Signing.optional(),
}
export const DraftAction = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('authenticated-webhook'), credentialId: text, ...webhook }),
  z.strictObject({ type: z.literal('webhook'), ...webhook }),
  z.strictObject({ ...id, type: z.literal('set-status'), status: text }),
  z.strictObject({ ...id, type: z.literal('add-label'), label: text }),
  z.strictObject({ ...id, type: z.literal('remove-label'), label: text }),
  z.strictObject({ ...id, type: z.literal('assign'), to: text }),
  z.strictObject({ ...id, type: z.literal('notify'), to: texts, text, mail: z.boolean().optional() }),
  z.strictObject({ ...id, type: z.literal('comment'), text }),
])
export type DraftAction = z.infer<typeof DraftAction>
export type DraftWebhook = Extract<DraftAction, { type: 'authenticated-webhook' | 'webhook' }>

export const DraftTrigger = z.strictObject({
  id: text,
  name: text.optional(),
  on: z.union([EventType, z.array(EventType)]),
  cron: text.optional(),
  timezone: text.optional(),
  if: DraftCondition.optional(),
  do: z.array(DraftAction),
})
export type DraftTrigger = z.infer<typeof DraftTrigger>

export const Draft = z.strictObject({
  format: z.number().optional(),
  name: text,
  description: text.optional(),
  appliesTo: z
    .strictObject({ types: z.array(DocumentType).optional(), labels: texts.optional(), trees: texts.optional() })
    .optional(),
  statuses: z.array(DraftStatus).optional(),
  initial: text.optional(),
  onEdit: text.optional(),
  transitions: z.array(DraftTransition).optional(),
  triggers: z.array(DraftTrigger).optional(),
})
export type Draft = z.infer<typeof Draft>

export type Reading = { draft: Draft } | { fault: string }

/** JSON as the form can show it, or why it cannot. */
export function readDraft(json: string): Reading {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (error) {
    return { fault: `This is not JSON yet: ${error instanceof Error ? error.message : String(error)}` }
  }
  const parsed = Draft.safeParse(value)
  if (parsed.success) return { draft: parsed.data }
  const [issue] = parsed.error.issues
  return { fault: issue === undefined ? 'The form cannot show this.' : `${place(issue.path)}${issue.message}` }
}

export function writeDraft(draft: Draft): string {
  return JSON.stringify(draft, null, 2)
}

function place(path: readonly PropertyKey[]): string {
  return path.length === 0 ? '' : `${path.map(String).join('.')}: `
}
