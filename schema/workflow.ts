import { z } from 'zod'
import { DocumentType } from './document.ts'
import { WebhookFields } from './webhook.ts'

/** The version of this format; a definition with a higher one was made by a newer Lockkeeper and is refused. */
export const DEFINITION_FORMAT = 1

/** What can start a trigger. */
export const EventType = z.enum([
  'page.created',
  'page.updated',
  'page.moved',
  'page.deleted',
  'page.labelled',
  'status.changed',
  'page.approved',
  'page.rejected',
  'page.expired',
  'schedule',
  'credential.expiring',
  'sync.failed',
  'sync.recovered',
  'sync.braked',
])
export type EventType = z.infer<typeof EventType>

/** Names a status, trigger or action within its definition. */
export const Slug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, 'Use 1–40 of a–z, 0–9, - and _, beginning with a letter or digit.')

const ShortText = z.string().trim().min(1, 'This may not be empty.').max(100, 'Use at most 100 characters.')
const Label = z.string().trim().min(1).max(255).regex(/^\S+$/, 'A label has no spaces.')

export const StatusColour = z.enum(['gray', 'blue', 'teal', 'green', 'yellow', 'orange', 'red', 'violet'])

/** `expiresAfter`: ISO 8601 duration (P90D); then the page goes to `onExpiry`, or stays and is overdue when that is left out. */
export const WorkflowStatus = z.strictObject({
  id: Slug,
  name: ShortText,
  colour: StatusColour.optional(),
  final: z.boolean().optional(),
  expiresAfter: z.iso.duration('Write a duration as P90D, P6M or PT12H.').optional(),
  onExpiry: Slug.optional(),
})
export type WorkflowStatus = z.infer<typeof WorkflowStatus>

/** user:ID, group:ID, space:reader, space:editor, space:admin (that role or a higher one), or author (of the page). */
export const Who = z
  .string()
  .regex(
    /^(user:[0-9a-f-]{36}|group:[0-9a-f-]{36}|space:(reader|editor|admin)|author)$/,
    'Use user:ID, group:ID, space:reader, space:editor, space:admin or author.',
  )

/** `minimum`: how many, or `all` the people who may. `notAuthor`: the last author of the page's version cannot approve it. */
export const Approvals = z.strictObject({
  minimum: z.union([z.number().int().min(1).max(50), z.literal('all')]),
  notAuthor: z.boolean().optional(),
})

export const Transition = z.strictObject({
  from: Slug,
  to: Slug,
  name: ShortText,
  /** Left out: editors of the space. */
  who: z.array(Who).min(1, 'Say who may.').max(50).optional(),
  approvals: Approvals.optional(),
  requireComment: z.boolean().optional(),
})
export type Transition = z.infer<typeof Transition>

/** `tree`: the document whose whole branch is meant. Everything that is given must hold; of a list, one of it. */
export const AppliesTo = z.strictObject({
  types: z.array(DocumentType).min(1).max(10).optional(),
  labels: z.array(Label).min(1).max(50).optional(),
  trees: z.array(z.uuid()).min(1).max(50).optional(),
})
export type AppliesTo = z.infer<typeof AppliesTo>

export const ConditionField = z.enum([
  'space',
  'tree',
  'label',
  'type',
  'title',
  'author',
  'status',
  'status.from',
  'status.to',
  'changed',
])
export type ConditionField = z.infer<typeof ConditionField>

const Operand = z.string().max(500)
/** Exactly one of is, isNot, in, contains. Of a field that holds several (label, changed, tree), one must match. */
export const Comparison = z
  .strictObject({
    field: ConditionField,
    is: Operand.optional(),
    isNot: Operand.optional(),
    in: z.array(Operand).min(1).max(100).optional(),
    contains: Operand.min(1).optional(),
  })
  .refine(
    ({ is, isNot, in: list, contains }) =>
      [is, isNot, list, contains].filter((given) => given !== undefined).length === 1,
    'Give exactly one of is, isNot, in, contains.',
  )
export type Comparison = z.infer<typeof Comparison>
export type Condition = Comparison | { all: Condition[] } | { any: Condition[] } | { not: Condition }
/** Named, because it refers to itself: the API's description cannot write such a shape out. */
export const Condition: z.ZodType<Condition> = z
  .lazy(() =>
    z.union([
      z.strictObject({ all: z.array(Condition).max(50) }),
      z.strictObject({ any: z.array(Condition).min(1).max(50) }),
      z.strictObject({ not: Condition }),
      Comparison,
    ]),
  )
  .meta({ id: 'WorkflowCondition' })

/** user:ID, group:ID, space:admin, space:editor, author, assignee, or owner (of the workflow). */
export const Recipient = z
  .string()
  .regex(
    /^(user:[0-9a-f-]{36}|group:[0-9a-f-]{36}|space:(admin|editor)|author|assignee|owner)$/,
    'Use user:ID, group:ID, space:admin, space:editor, author, assignee or owner.',
  )

/** Given by the server when it is left out; keeps the action's signing secret and log together over edits. */
const ActionId = { id: Slug.optional() }
const Text = z.string().trim().min(1, 'This may not be empty.').max(4000)

export const Action = z.discriminatedUnion('type', [
  z.strictObject({
    ...ActionId,
    type: z.literal('authenticated-webhook'),
    credentialId: z.uuid('Choose a credential.'),
    ...WebhookFields,
  }),
  z.strictObject({ ...ActionId, type: z.literal('webhook'), ...WebhookFields }),
  z.strictObject({ ...ActionId, type: z.literal('set-status'), status: Slug }),
  z.strictObject({ ...ActionId, type: z.literal('add-label'), label: Label }),
  z.strictObject({ ...ActionId, type: z.literal('remove-label'), label: Label }),
  z.strictObject({ ...ActionId, type: z.literal('assign'), to: z.string().regex(/^(user:[0-9a-f-]{36}|author)$/) }),
  z.strictObject({
    ...ActionId,
    type: z.literal('notify'),
    to: z.array(Recipient).min(1).max(50),
    text: Text,
    mail: z.boolean().optional(),
  }),
  z.strictObject({ ...ActionId, type: z.literal('comment'), text: Text }),
])
export type Action = z.infer<typeof Action>
export type WebhookAction = Extract<Action, { type: 'authenticated-webhook' | 'webhook' }>

/** `cron` (five fields) and `timezone` (IANA; UTC when left out) belong to `schedule`. */
export const Trigger = z.strictObject({
  id: Slug,
  name: ShortText.optional(),
  on: z.union([EventType, z.array(EventType).min(1).max(14)]),
  cron: z.string().max(100).optional(),
  timezone: z.string().max(60).optional(),
  if: Condition.optional(),
  do: z.array(Action).min(1, 'Say what is to be done.').max(20),
})
export type Trigger = z.infer<typeof Trigger>

/**
 * A workflow as it is written, exported and imported. Without statuses it is an automation: triggers alone. `onEdit`: the
 * status a page goes to when its text was edited; left out = it stays.
 */
export const Definition = z
  .strictObject({
    format: z.number().int().min(1).optional(),
    name: ShortText,
    description: z.string().max(2000).optional(),
    appliesTo: AppliesTo.optional(),
    statuses: z.array(WorkflowStatus).max(50).optional(),
    initial: Slug.optional(),
    onEdit: Slug.optional(),
    transitions: z.array(Transition).max(200).optional(),
    triggers: z.array(Trigger).max(50).optional(),
  })
  .meta({ id: 'WorkflowDefinition' })
export type Definition = z.infer<typeof Definition>
