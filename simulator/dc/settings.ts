import { z } from 'zod'

/*
 * What a Data Center's administrator has set up: how it is reached, who gets in, how much it answers. Tests change it
 * while it runs.
 */
export const RateLimit = z.strictObject({
  /** Most requests that a person can have in hand. */
  max: z.int().positive(),
  /** So many more, every interval. */
  fill: z.int().positive(),
  intervalSeconds: z.number().positive(),
  /** 403: as servers before rate limiting by headers answer. */
  status: z.union([z.literal(429), z.literal(403)]).default(429),
})
export type RateLimit = z.infer<typeof RateLimit>

const Settings = z.strictObject({
  /** IANA zone of the server: timestamps carry its offset, and it is the zone of people who chose none. */
  timeZone: z.string(),
  /** Decides which calls exist: 7.9 brought personal access tokens, 7.18 the scan, 9.1 space permissions. */
  version: z.string().regex(/^\d+\.\d+(\.\d+)?$/),
  /** No list has more rows than this, and those with bodies have fewer. */
  caps: z.strictObject({ plain: z.int().positive(), bodies: z.int().positive() }),
  /** False: lists say that they gave what was asked for, and count on by that: rows between are lost to who follows `next`. */
  capsTold: z.boolean(),
  /** Of each person; null: none, and no headers that tell of one. */
  rateLimit: RateLimit.nullable(),
  /** Who is sent to the identity provider by a 302: nobody, all without a token, or everybody. */
  sso: z.enum(['off', 'no-token', 'all']),
  /** Whether a user name with a password is accepted. */
  passwords: z.boolean(),
  /** What those who administer nothing get when they ask for a space's permissions. */
  permissionsForOthers: z.union([z.literal(200), z.literal(403), z.literal(500)]),
  /** What answers' links start with, when it is not the address that is listened on. */
  baseUrl: z.string().nullable(),
})
export const DcChange = Settings.partial()
export type DcChange = z.input<typeof DcChange>

export type DcOptions = DcChange & {
  /** What stands before /rest: '/confluence' when not given, '' for none. */
  contextPath?: string
}

export type Dc = z.infer<typeof Settings> & {
  readonly contextPath: string
  /** The address that is listened on. */
  origin: string
  /** How many requests each person has in hand, and since when. */
  buckets: Map<string, { tokens: number; since: number }>
  /** Rows that nobody may see, by list. */
  gaps: Map<string, Gap[]>
}
/** So many rows at this place of a list. */
export type Gap = { at: number; count: number }

export function openDc({ contextPath = '/confluence', ...change }: DcOptions): Dc {
  if (contextPath !== '' && !/^\/[^/]+$/.test(contextPath))
    throw new Error(`The context path "${contextPath}" must be empty or a slash with one name`)
  const usual: Dc = {
    contextPath,
    origin: '',
    buckets: new Map(),
    gaps: new Map(),
    timeZone: 'Australia/Sydney',
    version: '10.0.3',
    caps: { plain: 200, bodies: 50 },
    capsTold: true,
    rateLimit: null,
    sso: 'off',
    passwords: true,
    permissionsForOthers: 403,
    baseUrl: null,
  }
  return Object.assign(usual, DcChange.parse(change))
}

/** What links in answers start with: origin and context path, or what the administrator has typed. */
export function baseOf(dc: Dc): string {
  return dc.baseUrl ?? `${dc.origin}${dc.contextPath}`
}

/** Whether this server is of that version or newer. */
export function isSince(dc: Dc, version: string): boolean {
  const parts = (text: string) => text.split('.').map(Number)
  const [major = 0, minor = 0] = parts(dc.version)
  const [wantedMajor = 0, wantedMinor = 0] = parts(version)
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)
}
