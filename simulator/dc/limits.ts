import type { OutgoingHttpHeaders } from 'node:http'
import { json, type Answer } from '../answer.ts'
import { siteNow, type Site } from '../world/site.ts'
import type { Dc } from './settings.ts'

/** Takes one request out of the person's bucket; an answer when it is empty. */
export function takeToken(dc: Dc, site: Site, person: string): Answer | undefined {
  const limit = dc.rateLimit
  if (limit === null) return undefined
  const bucket = bucketOf(dc, site, person)
  if (bucket.tokens > 0) {
    bucket.tokens -= 1
    return undefined
  }
  return json(limit.status, { message: 'Rate limit exceeded.' }, limitHeaders(dc, site, person))
}

/** What every answer tells of the bucket: `retry-after` is 0 while there are requests left in it. */
export function limitHeaders(dc: Dc, site: Site, person: string): OutgoingHttpHeaders {
  if (dc.rateLimit === null) return {}
  const { max, fill, intervalSeconds } = dc.rateLimit
  const { tokens, since } = bucketOf(dc, site, person)
  const waitMs = since + intervalSeconds * 1000 - siteNow(site)
  return {
    'x-ratelimit-limit': String(max),
    'x-ratelimit-remaining': String(tokens),
    'x-ratelimit-fillrate': String(fill),
    'x-ratelimit-interval-seconds': String(intervalSeconds),
    'retry-after': tokens > 0 ? '0' : String(Math.max(1, Math.ceil(waitMs / 1000))),
  }
}

// Filled in batches: a whole interval must have passed.
function bucketOf(dc: Dc, site: Site, person: string): { tokens: number; since: number } {
  const { max, fill, intervalSeconds } = dc.rateLimit ?? { max: 0, fill: 0, intervalSeconds: 1 }
  const known = dc.buckets.get(person) ?? { tokens: max, since: siteNow(site) }
  const intervals = Math.max(0, Math.floor((siteNow(site) - known.since) / (intervalSeconds * 1000)))
  const bucket = {
    tokens: Math.min(max, known.tokens + intervals * fill),
    since: known.since + intervals * intervalSeconds * 1000,
  }
  dc.buckets.set(person, bucket)
  return bucket
}
