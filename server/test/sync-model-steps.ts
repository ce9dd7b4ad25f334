/** The steps of the model check: what happens on the site, to the connection, and to the server. */
import { array, constantFrom, nat, oneof, record, type Arbitrary } from 'fast-check'
import type { Simulator } from '#simulator/start.ts'

/** What happens; `a` and `b` choose which of what is there then it happens to. */
export type Step = { kind: Kind; a: number; b: number }
type Kind = (typeof CHANGES)[number] | (typeof OTHERS)[number]

export const CHANGES = [
  'edit',
  'retitle',
  'create',
  'create-folder',
  'move',
  'move-space',
  'trash',
  'restore',
  'purge',
  'archive',
  'label',
  'unlabel',
  'restrict',
  'restrict-to-group',
  'lift',
] as const
const OTHERS = ['fault', 'clear-faults', 'incremental', 'sweep', 'full', 'beside', 'crash'] as const

export const FAULTS: Parameters<Simulator['control']['setFault']>[0][] = [
  { kind: '429', retryAfter: '0', match: { times: 2 } },
  { kind: 'status', status: 503, retryAfter: '0', match: { times: 2 } },
  { kind: 'status', status: 404, match: { path: '/pages', times: 2 } },
  { kind: 'status', status: 403, match: { path: '/pages', times: 2 } },
  { kind: 'early-end', match: { path: '/pages', times: 3 } },
  { kind: 'short-page', match: { path: '/pages', times: 3 } },
  { kind: 'empty-page-with-next', match: { path: '/pages', times: 2 } },
  { kind: 'repeat-cursor', match: { path: '/pages', times: 2 } },
  { kind: 'cursor-expired', match: { path: '/pages', times: 1 } },
  { kind: 'foreign-next', match: { path: '/pages', times: 1 } },
  { kind: 'unsorted', match: { path: '/pages', times: 3 } },
  { kind: 'error-envelope', match: { path: '/spaces', times: 1 } },
  { kind: 'login-page', match: { times: 1 } },
]

/** Sequences of steps: mostly changes, a sync about every eighth, seldom a crash. */
export function someSteps(length: number): Arbitrary<Step[]> {
  const kind: Arbitrary<Kind> = oneof(
    { weight: 72, arbitrary: constantFrom<Kind[]>(...CHANGES, 'edit', 'edit', 'create', 'label', 'move') },
    { weight: 7, arbitrary: constantFrom<Kind[]>('fault') },
    { weight: 3, arbitrary: constantFrom<Kind[]>('clear-faults') },
    { weight: 8, arbitrary: constantFrom<Kind[]>('incremental') },
    { weight: 5, arbitrary: constantFrom<Kind[]>('sweep', 'sweep', 'full') },
    { weight: 4, arbitrary: constantFrom<Kind[]>('beside') },
    { weight: 1, arbitrary: constantFrom<Kind[]>('crash') },
  )
  return array(record({ kind, a: nat(1_000_000), b: nat(1_000_000) }), { minLength: length, maxLength: length })
}
