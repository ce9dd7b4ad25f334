import { networkInterfaces } from 'node:os'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ownOrigins } from './check.ts'
import { judge, judgeUrl, parseEgressAllow, type EgressRules, type Resolver } from './guard.ts'

describe('the allow list', () => {
  test.each([
    ['http://127.0.0.1:8090/', '127.0.0.1:8090'],
    ['http://127.0.0.1:8090/', '127.0.0.0/8'],
    ['http://[::1]:8090/', '[::1]:8090'],
    ['http://[::1]:8090/', '::1'],
    ['http://10.2.3.4/', ' 127.0.0.1:8090 , 10.2.0.0/16'],
    ['http://[fd12::1]/', 'fd00::/8'],
    ['http://192.168.1.7:6000/', '192.168.1.7:6000'],
    ['http://[64:ff9b::808:808]/', '64:ff9b::/96'],
    ['http://wiki:8090/', 'wiki:8090'],
    ['http://wiki.corp.internal/', 'WIKI.corp.internal.'],
    ['http://localhost:8090/', 'localhost'],
  ])('%s is opened by %s', (url, allow) => {
    expect(judgeUrl(url, rules(allow)).allowed).toBe(true)
  })

  test.each([
    ['http://127.0.0.1:8091/', '127.0.0.1:8090', 'egress-private'],
    ['http://127.0.0.2:8090/', '127.0.0.1:8090', 'egress-private'],
    ['http://[::ffff:127.0.0.1]:8090/', '127.0.0.1:8090', 'egress-private'],
    ['http://[::ffff:10.0.0.1]/', '10.0.0.0/8', 'egress-private'],
    ['http://[64:ff9b::a00:1]/', '64:ff9b::/96', 'egress-private'],
    ['http://[64:ff9b::a9fe:a9fe]/', '64:ff9b::/96', 'egress-metadata'],
    ['http://169.254.169.254/', '0.0.0.0/0', 'egress-metadata'],
    ['http://100.100.100.200/', '100.64.0.0/10', 'egress-metadata'],
    ['http://0.0.0.0:8090/', '0.0.0.0/0', 'egress-metadata'],
    ['http://192.168.1.7:6000/', '192.168.0.0/16', 'egress-port'],
    ['http://metadata.google.internal/', '0.0.0.0/0', 'egress-metadata'],
    ['http://wiki:8091/', 'wiki:8090', 'egress-name'],
    ['http://abc.onion/', 'abc.onion', 'egress-name'],
  ])('%s is not opened by %s', (url, allow, code) => {
    expect(judgeUrl(url, rules(allow))).toMatchObject({ allowed: false, code })
  })

  test.each([
    '169.254.169.254',
    '169.254.0.0/16',
    '168.63.129.16:80',
    '[fd00:ec2::254]',
    '[::ffff:169.254.169.254]',
    'metadata.google.internal',
    '0.0.0.0:80',
    'http://wiki.corp',
    '10.2.0.1/16',
    '10.2.0.0/33',
    '10.2.0.0/16:80',
    '*.corp.example',
    'wiki:0',
    'wiki:99999',
    '[::1',
    '0x7f.1:80',
    'user@wiki',
    'wi ki\u0000',
  ])('the entry %j stops the start with a sentence', (entry) => {
    expect(() => parseEgressAllow(`127.0.0.1:8090,${entry}`)).toThrow(
      /^LOCKKEEPER_EGRESS_ALLOW: the entry ".+" cannot be used: .+\.$/,
    )
  })

  test('an empty list opens nothing', () => {
    expect(parseEgressAllow(' , ')).toEqual([])
  })

  test('a refusal tells the operator what to add', () => {
    const verdict = judgeUrl('http://[fd12::1]:8090/secret?key=1', rules(''))
    expect(verdict).toMatchObject({ reason: expect.stringContaining('[fd12::1]:8090 to LOCKKEEPER_EGRESS_ALLOW') })
    expect(JSON.stringify(verdict)).not.toContain('secret')
  })
})

describe('the text', () => {
  test.each([
    ['https://user@example.com/', 'egress-user-info'],
    ['https://:secret@example.com/', 'egress-user-info'],
    ['https://@example.com/', 'egress-user-info'],
    ['file:///etc/passwd', 'egress-scheme'],
    ['//example.com/', 'egress-scheme'],
    ['https:/example.com/', 'egress-malformed'],
    ['https:///example.com/', 'egress-malformed'],
    ['https://example.com/a b', 'egress-malformed'],
    ['https://example.com/\r\nX: y', 'egress-malformed'],
    [' https://example.com/', 'egress-malformed'],
    ['https://a..example.com/', 'egress-malformed'],
    ['https://*.example.com/', 'egress-malformed'],
    [`https://example.com/${'a'.repeat(20_000)}`, 'egress-malformed'],
    ['https://example.com:25/', 'egress-port'],
    ['https://example.com:0/', 'egress-port'],
  ])('%j is refused as %s', (url, code) => {
    expect(judgeUrl(url, rules(''))).toMatchObject({ allowed: false, code })
  })
})

describe('names', () => {
  test('a listed name may answer with private addresses, but never with metadata', async () => {
    expect(
      (await judge('http://wiki.corp.example:8090/', rules('wiki.corp.example:8090'), answer('10.0.0.9'))).allowed,
    ).toBe(true)
    const metadata = await judge(
      'http://wiki.corp.example/',
      rules('wiki.corp.example'),
      answer('10.0.0.9', '169.254.169.254'),
    )
    expect(metadata).toMatchObject({ allowed: false, code: 'egress-metadata' })
  })

  test('a name may lead into a listed network, with every answer', async () => {
    const open = rules('10.0.0.0/8')
    expect((await judge('http://wiki.example.com/', open, answer('10.0.0.9', '93.184.216.34'))).allowed).toBe(true)
    expect((await judge('http://wiki.example.com/', open, answer('10.0.0.9', '192.168.0.9'))).allowed).toBe(false)
  })

  test('a local name is asked for only where a network is open, and must lead into it', async () => {
    expect((await judge('http://wiki/', rules('10.0.0.0/8'), answer('10.0.0.9'))).allowed).toBe(true)
    expect((await judge('http://wiki/', rules('10.0.0.0/8'), answer('93.184.216.34'))).allowed).toBe(false)
    expect(judgeUrl('http://wiki:81/', rules('10.0.0.9:80'))).toMatchObject({ code: 'egress-name' })
  })

  test('the reason does not tell which inner address a name has', async () => {
    const verdict = await judge('http://wiki.example.com/', rules(''), answer('10.20.30.40'))
    expect(verdict).toMatchObject({ allowed: false, code: 'egress-private' })
    expect(JSON.stringify(verdict)).not.toContain('10.20.30.40')
  })

  test.each([
    ['ENOTFOUND', 'dns-not-found'],
    ['ENODATA', 'dns-not-found'],
    ['EAI_AGAIN', 'dns-failed'],
    ['ESERVFAIL', 'dns-failed'],
  ])('%s is refused as %s', async (dnsCode, code) => {
    const verdict = await judge('https://wiki.example.com/', rules(''), async () => {
      throw Object.assign(new Error('dns'), { code: dnsCode })
    })
    expect(verdict).toMatchObject({ allowed: false, code })
  })

  test('no answer, an unreadable answer and an answer with a zone are refused', async () => {
    for (const addresses of [[], ['not-an-address'], ['fe80::1%eth0'], ['2606:4700::1%1']]) {
      expect((await judge('https://wiki.example.com/', rules(''), answer(...addresses))).allowed).toBe(false)
    }
  })

  test('the judged URL is canonical', async () => {
    const verdict = await judge('HTTPS://BÜCHER.Example.com.:0443/a?b#c', rules(''), answer('93.184.216.34'))
    expect(verdict.allowed && verdict.url.href).toBe('https://xn--bcher-kva.example.com/a?b')
  })
})

describe('Lockkeeper itself', () => {
  const own: EgressRules = {
    allow: parseEgressAllow('127.0.0.0/8,[::1],localhost,hub.example.com'),
    ownOrigins: ['http://0.0.0.0:7400', 'https://hub.example.com'],
  }

  test.each([
    'http://127.0.0.1:7400/',
    'http://127.9.9.9:7400/',
    'http://localhost:7400/',
    'http://[::1]:7400/',
    'https://hub.example.com/',
    'http://hub.example.com/',
  ])('%s is refused though listed', (url) => {
    expect(judgeUrl(url, own)).toMatchObject({ allowed: false, code: 'egress-own-address' })
  })

  test('a name that leads to it is refused', async () => {
    expect(await judge('http://other.example.com:7400/', own, answer('127.0.0.1'))).toMatchObject({
      code: 'egress-own-address',
    })
  })

  test('its neighbours on other ports are not', () => {
    expect(judgeUrl('http://127.0.0.1:8090/', own).allowed).toBe(true)
    expect(judgeUrl('https://hub.example.com:8443/', own).allowed).toBe(true)
  })

  test('that listens everywhere is refused at every address of the machine', () => {
    const origins = ownOrigins({ host: '0.0.0.0', port: 7400, publicUrl: 'https://hub.example.com' })
    const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? [])
    expect(origins).toHaveLength(addresses.length + 2)
    for (const { address, family } of addresses.filter((one) => !one.address.startsWith('fe80:'))) {
      const url = family === 'IPv6' ? `http://[${address}]:7400/` : `http://${address}:7400/`
      const open = { allow: parseEgressAllow('0.0.0.0/0 ::/0'), ownOrigins: origins }
      expect(judgeUrl(url, open)).toMatchObject({ code: 'egress-own-address' })
    }
    expect(ownOrigins({ host: '127.0.0.1', port: 7400, publicUrl: 'https://hub.example.com' })).toHaveLength(2)
  })
})

describe('laws', () => {
  const byte = fc.integer({ min: 0, max: 255 })
  const ipv4 = fc.tuple(byte, byte, byte, byte)

  test('another spelling of an IPv4 address is judged as its plain form', () => {
    fc.assert(
      fc.property(ipv4, fc.constantFrom(...SPELLINGS), (bytes, spell) => {
        const plain = judgeUrl(`http://${bytes.join('.')}/`, rules(''))
        const spelled = judgeUrl(`http://${spell(bytes)}/`, rules(''))
        expect(spelled.allowed).toBe(plain.allowed)
      }),
      { numRuns: 1000 },
    )
  })

  test('an IPv4 address inside an IPv6 one is refused, public or not', () => {
    const embed = fc.constantFrom(...EMBEDDINGS)
    fc.assert(
      fc.property(ipv4, embed, (bytes, wrap) => {
        expect(judgeUrl(`http://[${wrap(bytes)}]/`, rules('')).allowed).toBe(false)
        expect(judgeUrl(`http://[${wrap(bytes)}]/`, rules('0.0.0.0/0')).allowed).toBe(false)
      }),
    )
  })

  test('no text makes it throw, and what passes is http or https without user info', () => {
    const codeUnit = fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit))
    const text = fc.oneof(
      fc.stringMatching(/^https?:\/\/[a-z0-9-]{1,9}(\.[a-z0-9-]{1,9}){1,3}(:[0-9]{1,5})?\/[!-~]{0,9}$/),
      fc.string({ unit: codeUnit }),
      fc.stringMatching(/^https?:\/\/[a-f0-9.:@/\\%[\]x ]{0,30}$/),
    )
    fc.assert(
      fc.property(text, (url) => {
        const verdict = judgeUrl(url, rules(''))
        if (verdict.allowed) expect(verdict.url.href).toMatch(/^https?:\/\/[^@/]+\//)
      }),
    )
  })
})

type Bytes = readonly [number, number, number, number]

const SPELLINGS: readonly ((bytes: Bytes) => string)[] = [
  (bytes) => String(whole(bytes)),
  (bytes) => `0x${whole(bytes).toString(16)}`,
  (bytes) => `0${whole(bytes).toString(8)}`,
  (bytes) => bytes.map((byte) => `0x${byte.toString(16)}`).join('.'),
  (bytes) => bytes.map((byte) => `00${byte.toString(8)}`).join('.'),
  ([a, b, c, d]) => `${a}.${(b << 16) + (c << 8) + d}`,
  ([a, b, c, d]) => `${a}.${b}.${(c << 8) + d}`,
  (bytes) => `${bytes.join('.')}.`,
  (bytes) => bytes.join('%2e'),
  (bytes) => bytes.join('\u3002'),
]

const EMBEDDINGS: readonly ((bytes: Bytes) => string)[] = [
  (bytes) => `::ffff:${bytes.join('.')}`,
  (bytes) => `::${bytes.join('.')}`,
  (bytes) => `::ffff:0:${bytes.join('.')}`,
  (bytes) => `64:ff9b::${bytes.join('.')}`,
  (bytes) => `64:ff9b:1::${bytes.join('.')}`,
  ([a, b, c, d]) => `2002:${((a << 8) + b).toString(16)}:${((c << 8) + d).toString(16)}::1`,
]

function whole([a, b, c, d]: Bytes): number {
  return a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d
}

function rules(allow: string): EgressRules {
  return { allow: parseEgressAllow(allow), ownOrigins: [] }
}

function answer(...addresses: string[]): Resolver {
  return async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
}
