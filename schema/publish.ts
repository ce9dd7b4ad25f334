import { z } from 'zod'
import { Id, ListQuery, Time, pageOf } from './common.ts'

/** A body in one of two forms; Markdown is understood as an edit of the document's own edit view (`?as=edit`). */
const Body = {
  // Reading Markdown takes 5 µs a character (remark): a longer page is given as storage.
  markdown: z
    .string()
    .max(1_000_000, 'Markdown may have a million characters. Give a longer page as storage.')
    .optional(),
  storage: z.string().max(5_000_000).optional(),
}
const isOneBody = (body: { markdown?: string | undefined; storage?: string | undefined }) =>
  body.markdown === undefined || body.storage === undefined
const ONE_BODY = { message: 'Give markdown or storage, not both.', path: ['markdown'] }

const Title = z
  .string()
  .trim()
  .min(1, 'Give it a title.')
  .max(255, 'Use at most 255 characters.')
  .regex(/^\P{Cc}*$/u, 'Control characters are not allowed in a title.')
const Message = z.string().trim().max(500)
const LabelName = z.string().trim().min(1).max(255)

/** `parentId`: left out or null = at the top of the space. */
export const NewDocument = z
  .strictObject({
    space: z.string().min(1).max(255),
    parentId: Id.nullish(),
    type: z.enum(['page', 'blogpost']).default('page'),
    title: Title,
    ...Body,
    labels: z.array(LabelName).max(200).default([]),
    message: Message.optional(),
  })
  .refine(isOneBody, ONE_BODY)
export type NewDocument = z.infer<typeof NewDocument>

/** `version`: the one that was edited. Left out parts stay; without a body and with the same title nothing is written. */
export const DocumentChange = z
  .strictObject({
    version: z.number().int().min(1),
    title: Title.optional(),
    ...Body,
    message: Message.optional(),
    minorEdit: z.boolean().default(false),
  })
  .refine(isOneBody, ONE_BODY)
export type DocumentChange = z.infer<typeof DocumentChange>

/** `parentId` null = to the top of the space; `after`: the sibling it comes to stand behind, left out = last. */
export const DocumentMove = z.strictObject({ parentId: Id.nullable(), after: Id.optional() })
export type DocumentMove = z.infer<typeof DocumentMove>

export const DocumentLabels = z.strictObject({ labels: z.array(LabelName).max(200) })
export type DocumentLabels = z.infer<typeof DocumentLabels>

export const DryRunQuery = z.strictObject({ dryRun: z.stringbool().default(false) })

/**
 * One step of a difference by blocks. `same` carries no text of its own in long runs (`count` blocks, `before` empty). Texts
 * are Markdown to read; `beforeStorage` and `afterStorage` the raw storage of the block.
 */
export const BlockStep = z
  .object({
    kind: z.enum(['same', 'added', 'removed', 'changed', 'moved']),
    count: z.number().int(),
    before: z.string(),
    after: z.string(),
    beforeStorage: z.string(),
    afterStorage: z.string(),
  })
  .meta({ id: 'BlockStep' })
export type BlockStep = z.infer<typeof BlockStep>

export const DocumentDiff = z
  .object({
    title: z.object({ before: z.string(), after: z.string() }).nullable(),
    blocks: z.array(BlockStep),
    changed: z.number().int(),
  })
  .meta({ id: 'DocumentDiff' })
export type DocumentDiff = z.infer<typeof DocumentDiff>

/** Answer of a dry run: what would be sent, exactly; nothing was. */
export const PublishPreview = z
  .object({
    document: Id.nullable(),
    title: z.string(),
    storage: z.string(),
    /** Of the version that would be made; the same as now when nothing would change. */
    version: z.number().int(),
    diff: DocumentDiff,
    /** Whether somebody else's edit was merged in. */
    merged: z.boolean(),
  })
  .meta({ id: 'PublishPreview' })
export type PublishPreview = z.infer<typeof PublishPreview>

/**
 * A part of a three-way merge: `merged` is settled (`storage`); `conflict` was changed by both and waits for a choice. Texts
 * of a conflict are given in raw storage and as Markdown to read.
 */
export const MergePart = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('merged'), storage: z.string() }),
    z.object({
      kind: z.literal('conflict'),
      base: z.object({ storage: z.string(), markdown: z.string() }),
      mine: z.object({ storage: z.string(), markdown: z.string() }),
      theirs: z.object({ storage: z.string(), markdown: z.string() }),
    }),
  ])
  .meta({ id: 'MergePart' })
export type MergePart = z.infer<typeof MergePart>

/** In the problem `conflict` (409): send the chosen parts joined as `storage`, the title, and as `version` `current.version`. */
export const EditConflict = z
  .object({
    base: z.number().int(),
    current: z.object({
      version: z.number().int(),
      title: z.string(),
      author: z.string().nullable(),
      at: Time.nullable(),
      message: z.string(),
    }),
    /** Both changed the title, differently. */
    title: z.object({ base: z.string(), mine: z.string(), theirs: z.string() }).nullable(),
    /** The title by both; null where somebody has to choose. */
    mergedTitle: z.string().nullable(),
    parts: z.array(MergePart),
  })
  .meta({ id: 'EditConflict' })
export type EditConflict = z.infer<typeof EditConflict>

/** `waiting`; `published`; `rejected`; `stale`: the document changed so that it must be looked at anew. */
export const ProposalState = z.enum(['waiting', 'published', 'rejected', 'stale'])
export type ProposalState = z.infer<typeof ProposalState>

/** An edit that waits for a person: made with an API key that may only propose. `diff` comes with a single one only. */
export const EditProposal = z
  .object({
    id: Id,
    kind: z.enum(['create', 'edit', 'trash']),
    document: z.object({ id: Id, title: z.string() }).nullable(),
    space: z.object({ key: z.string(), name: z.string() }),
    title: z.string(),
    message: z.string(),
    state: ProposalState,
    proposedBy: z.object({ id: Id.nullable(), name: z.string(), apiKey: z.string().nullable() }),
    proposedAt: Time,
    decidedBy: z.object({ id: Id.nullable(), name: z.string() }).nullable(),
    decidedAt: Time.nullable(),
    reason: z.string(),
    /** The version that the approval made, or met where nothing was left to write. */
    publishedVersion: z.number().int().nullable(),
    /** Published with what the approver chose in a conflict: not as it was proposed. */
    resolved: z.boolean(),
    diff: DocumentDiff.nullable(),
  })
  .meta({ id: 'EditProposal' })
export type EditProposal = z.infer<typeof EditProposal>
export const EditProposalPage = pageOf(EditProposal)

export const ProposalQuery = ListQuery.extend({
  space: z.string().max(255).optional(),
  document: Id.optional(),
  /** `open`: those that somebody has to decide, waiting or stale. */
  state: z.enum([...ProposalState.options, 'open']).optional(),
})
export type ProposalQuery = z.infer<typeof ProposalQuery>
export const ProposalDecision = z.strictObject({ reason: z.string().trim().max(500).default('') })
export type ProposalDecision = z.infer<typeof ProposalDecision>

/** The whole page as the approver wants it after a conflict; `version`: `current.version` of that, which he has seen. */
export const ProposalResolution = z
  .strictObject({ version: z.number().int().min(1), title: Title, storage: z.string().max(5_000_000) })
  .meta({ id: 'ProposalResolution' })
export type ProposalResolution = z.infer<typeof ProposalResolution>

/** `resolved`: published instead of the proposed text. Of edits only. */
export const ProposalApproval = ProposalDecision.extend({ resolved: ProposalResolution.optional() })
export type ProposalApproval = z.infer<typeof ProposalApproval>
