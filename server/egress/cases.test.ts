import { existsSync, readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve as resolvePath } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { judge, judgeUrl, type Address, type EgressRules, type Resolver } from './guard.ts'
import { judgeHeader } from './header.ts'

const FOLDER = resolvePath(import.meta.dirname, '../../../shared/cases')
const CLOSED: EgressRules = { allow: [], ownOrigins: [] }
const PUBLIC_ANSWER: Resolver = async () => [{ address: '93.184.216.34', family: 4 }]

const UrlCase = z.object({ url: z.string(), expect: z.enum(['allow', 'deny']), why: z.string() })
const DnsCase = z.object({
  host: z.string(),
  lookups: z.array(z.union([z.string(), z.array(z.string())])),
  expect: z.enum(['allow', 'deny', 'allow-first-only']),
  why: z.string(),
})
const HeaderCase = z.object({ name: z.string(), value: z.string(), expect: z.enum(['allow', 'deny']), why: z.string() })

const hasCases = existsSync(FOLDER)
if (!hasCases) console.warn(`SKIPPED: the guard's published cases are not at ${FOLDER}`)

describe.skipIf(!hasCases)('the published cases', () => {
  test.each(read('ssrf.json', UrlCase))('$expect $url ($why)', async ({ url, expect: wanted }) => {
    const verdict = await judge(url, CLOSED, PUBLIC_ANSWER)
    expect(verdict.allowed ? 'allow' : 'deny').toBe(wanted)
  })

  test.each(read('ssrf.json', UrlCase).filter((entry) => entry.expect === 'deny'))(
    'no DNS is asked for $url ($why)',
    async ({ url }) => {
      const asked: string[] = []
      await judge(url, CLOSED, async (host) => {
        asked.push(host)
        return []
      })
      expect(asked).toEqual([])
    },
  )

  test.each(read('dns.json', DnsCase))('$expect $host ($why)', async ({ host, lookups, expect: wanted }) => {
    const script = scripted(lookups)
    const verdict = await judge(`https://${host}/`, CLOSED, script.resolve)
    expect(script.asked()).toBe(1)
    expect(verdict.allowed).toBe(wanted !== 'deny')
    if (verdict.allowed) expect(verdict.addresses.map(({ address }) => address)).toEqual(lookups[0])
  })

  test.each(read('header.json', HeaderCase))('$expect header $name ($why)', ({ name, value, expect: wanted }) => {
    expect(judgeHeader(name, value).allowed ? 'allow' : 'deny').toBe(wanted)
  })

  test('an operator who lists the world still opens no metadata and no unspecified address', () => {
    const world: EgressRules = { allow: [everything('0.0.0.0', 4), everything('::', 16)], ownOrigins: [] }
    const refused = read('ssrf.json', UrlCase).filter(({ url }) => !judgeUrl(url, world).allowed)
    const metadata = read('ssrf.json', UrlCase).filter(({ why }) => /metadata|unspecified|Azure wire|ECS/.test(why))
    expect(metadata.length).toBeGreaterThan(20)
    expect(refused).toEqual(expect.arrayContaining(metadata))
  })
})

function everything(_text: string, length: number): EgressRules['allow'][number] {
  return { kind: 'range', range: { bytes: Array.from({ length }, () => 0), bits: 0 }, port: null }
}

function read<T>(file: string, shape: z.ZodType<T>): T[] {
  if (!hasCases) return []
  return z.array(shape).parse(JSON.parse(readFileSync(`${FOLDER}/${file}`, 'utf8')))
}

function scripted(lookups: readonly (string | string[])[]): { resolve: Resolver; asked: () => number } {
  let asked = 0
  return {
    asked: () => asked,
    resolve: async (): Promise<Address[]> => {
      const answer = lookups[asked]
      asked += 1
      if (answer === undefined) throw new Error('asked too often')
      if (typeof answer === 'string') throw Object.assign(new Error(answer), { code: answer })
      return answer.map((address) => ({ address, family: isIP(address) === 6 ? 6 : 4 }))
    },
  }
}
