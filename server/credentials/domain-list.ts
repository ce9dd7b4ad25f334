/** A credential's list of domains: as typed, as stored, as shown. */
import { domainToUnicode } from 'node:url'
import { parseDomain } from './domains.ts'
import type { Fault } from './kinds/checked.ts'

/** The entries in their stored form, each once; a fault at `domains.N` for every one that cannot be. */
export function readDomainList(entries: readonly string[]): { domains: string[]; notes: string[]; faults: Fault[] } {
  const domains = new Set<string>()
  const notes: string[] = []
  const faults: Fault[] = []
  for (const [index, entry] of entries.entries()) {
    const parsed = parseDomain(entry)
    if (!parsed.ok) {
      faults.push({ path: `domains.${index}`, message: parsed.reason })
      continue
    }
    domains.add(parsed.normalised)
    if (parsed.note !== undefined) notes.push(parsed.note)
  }
  return { domains: [...domains], notes, faults }
}

/** A stored entry beside what a person reads: punycode in its own letters. */
export function showDomain(entry: string): { entry: string; unicode: string } {
  const [, wildcard = '', host = entry, port = ''] = /^(\*\.)?(.*?)(:\d+)?$/.exec(entry) ?? []
  const letters = host.includes('xn--') ? domainToUnicode(host) : host
  return { entry, unicode: letters === '' ? entry : `${wildcard}${letters}${port}` }
}
