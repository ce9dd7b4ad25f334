/** The steps of the model check: what happens on the site, to the connection, and to the server. */
import { array, constantFrom, nat, oneof, record, type Arbitrary } from 'fast-check'
import type { Simulator } from '#simulator/start.ts'

export type Deployment = 'cloud' | 'dc'

/** What happens; `a` and `b` choose which of what is there then it happens to. */
export type Step = { kind: Kind; a: number; b: number }
export type Change = (typeof CHANGES)[number]
type Kind = Change | (typeof OTHERS)[number]

const CHANGES = [
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
  'open-space',
  'regroup',
  'change-account',
] as const
/** What a Data Center has not, or tells nobody. */
const CLOUD_ALONE: readonly Change[] = ['create-folder', 'archive', 'change-account']
const OTHERS = ['fault', 'clear-faults', 'incremental', 'sweep', 'full', 'beside', 'end-quarantine', 'crash'] as const

export function changesOf(deployment: Deployment): Change[] {
  return CHANGES.filter((change) => deployment === 'cloud' || !CLOUD_ALONE.includes(change))
}

type Fault = Parameters<Simulator['control']['setFault']>[0]

/** What is asked of a site, as patterns of addresses. */
const PAGES = { cloud: '/pages', dc: '/content/scan' }
const ASKED: [string, ...string[]] = [
  PAGES.cloud,
  '/blogposts',
  '/spaces[?]',
  '/spaces/.*/(permissions|role-assignments)',
  '/content/search.*restrictions',
  '/content/search',
  '/restriction/',
  'status=trashed',
  '/folders/',
  '/labels',
  '/users-bulk',
  '/group/',
  '/(attachments|footer-comments|inline-comments)',
]
const ASKED_OF_DATA_CENTER: [string, ...string[]] = [
  PAGES.dc,
  '/space[?]',
  '/space/.*/permissions',
  '/content/search.*restrictions',
  '/content/search',
  '/restriction/',
  '/content/[0-9]+[?]',
  'status=trashed',
  '/user[?]',
  '/group/',
  'type%20%3D%20(attachment|comment)',
]
/** What strikes one of those. */
const SPECIFIC: [Fault, ...Fault[]] = [
  { kind: 'status', status: 404, match: { times: 2 } },
  { kind: 'status', status: 403, match: { times: 2 } },
  { kind: 'status', status: 500, retryAfter: '0', match: { times: 4 } },
  { kind: 'early-end', match: { times: 3 } },
  { kind: 'short-page', match: { times: 3 } },
  { kind: 'empty-page-with-next', match: { times: 2 } },
  { kind: 'repeat-cursor', match: { times: 2 } },
  { kind: 'cursor-expired', match: { times: 1 } },
  { kind: 'foreign-next', match: { times: 1 } },
  { kind: 'unsorted', match: { times: 3 } },
  { kind: 'error-envelope', match: { times: 1 } },
]
const ANYWHERE: [Fault, ...Fault[]] = [
  { kind: '429', retryAfter: '0', match: { times: 2 } },
  { kind: 'status', status: 503, retryAfter: '0', match: { times: 2 } },
  { kind: 'login-page', match: { times: 1 } },
]

/** A fault by chance: every fifth strikes whatever is asked next, of the others every third the list of pages. */
export function someFault({ a, b }: Step, deployment: Deployment): Fault {
  const fault = a % 5 === 0 ? pick(ANYWHERE, b) : pick(SPECIFIC, b)
  if (a % 5 === 0) return fault
  const asked = deployment === 'cloud' ? ASKED : ASKED_OF_DATA_CENTER
  return { ...fault, match: { ...fault.match, path: a % 3 === 0 ? PAGES[deployment] : pick(asked, a) } }
}

function pick<T>(from: readonly [T, ...T[]], at: number): T {
  return from[at % from.length] ?? from[0]
}

/** Sequences of steps: mostly changes, a sync about every eighth, seldom a crash. */
export function someSteps(length: number, deployment: Deployment = 'cloud'): Arbitrary<Step[]> {
  const kind: Arbitrary<Kind> = oneof(
    {
      weight: 72,
      arbitrary: constantFrom<Kind[]>(
        ...changesOf(deployment),
        'edit',
        'edit',
        'create',
        'label',
        'move',
        'trash',
        'restore',
        'restore',
      ),
    },
    { weight: 7, arbitrary: constantFrom<Kind[]>('fault') },
    { weight: 3, arbitrary: constantFrom<Kind[]>('clear-faults') },
    { weight: 8, arbitrary: constantFrom<Kind[]>('incremental') },
    { weight: 5, arbitrary: constantFrom<Kind[]>('sweep', 'sweep', 'full') },
    { weight: 4, arbitrary: constantFrom<Kind[]>('beside') },
    { weight: 4, arbitrary: constantFrom<Kind[]>('end-quarantine') },
    { weight: 1, arbitrary: constantFrom<Kind[]>('crash') },
  )
  return array(record({ kind, a: nat(1_000_000), b: nat(1_000_000) }), { minLength: length, maxLength: length })
}
