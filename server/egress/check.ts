import { lookup } from 'node:dns/promises'
import { networkInterfaces } from 'node:os'
import type { z } from 'zod'
import type { EgressCheck, EgressVerdict } from '#schema/system.ts'
import type { Config } from '#server/config.ts'
import { judge, parseEgressAllow, type Address, type Resolver } from './guard.ts'

/**
 * Would the guard let this URL be called? Dials nothing. With `addresses` DNS is not asked either: each entry stands for
 * one lookup, in order, as a list of addresses or a resolver's error code.
 */
export async function checkEgress(
  config: Pick<Config, 'egressAllow' | 'host' | 'port' | 'publicUrl'>,
  { url, addresses }: EgressCheck,
): Promise<z.infer<typeof EgressVerdict>> {
  const rules = { allow: parseEgressAllow(config.egressAllow), ownOrigins: ownOrigins(config) }
  const verdict = await judge(url, rules, addresses === undefined ? askDns : scripted(addresses))
  if (!verdict.allowed) return { allowed: false, code: verdict.code, reason: verdict.reason }
  return { allowed: true, code: 'allowed', reason: `${verdict.url.host} may be called.` }
}

/**
 * Lockkeeper's own addresses, which it must not call: where it listens and how browsers reach it. Who listens everywhere
 * listens at every address that the machine has now.
 */
export function ownOrigins({ host, port, publicUrl }: Pick<Config, 'host' | 'port' | 'publicUrl'>): string[] {
  const isEverywhere = host === '0.0.0.0' || host === '::'
  const every = isEverywhere ? Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []) : []
  const hosts = [host, ...every.map(({ address }) => address.replace(/%.*$/, ''))]
  return [...hosts.map((one) => `http://${one.includes(':') ? `[${one}]` : one}:${port}`), publicUrl]
}

const askDns: Resolver = async (host) => {
  const answers = await lookup(host, { all: true, verbatim: true })
  return answers.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }))
}

function scripted(lookups: NonNullable<EgressCheck['addresses']>): Resolver {
  const left = [...lookups]
  return async () => {
    const answer = left.shift() ?? 'ENOTFOUND'
    if (typeof answer === 'string') throw Object.assign(new Error('the lookup fails'), { code: answer })
    return answer.map((address): Address => ({ address, family: address.includes(':') ? 6 : 4 }))
  }
}
