/** The others that read the same site: a bare loop, and LangChain's loader where it is installed. */
import { existsSync } from 'node:fs'
import { z } from 'zod'
import { runNode } from './processes.ts'
import type { Site } from './site.ts'

const Result = z.object({ pages: z.number(), characters: z.number(), seconds: z.number() })
export type PeerResult = { pages: number; seconds: number; perSecond: number; peakMb: number; spaces: number }

export async function runFetchLoop(site: Site, loops: number): Promise<PeerResult> {
  return measure(['bench/fetch-loop.ts', site.url, site.email, site.key, String(loops)], site.spaces, 'id')
}

/** `limit` 0 = the loader's default of 25. Undefined, with one loud line, where bench/peers is not installed. */
export async function runLangChain(site: Site, limit: number, spaces = site.spaces): Promise<PeerResult | undefined> {
  if (!isInstalled()) {
    console.log('!!! LangChain is NOT measured: run `npm run bench:peers` first. !!!')
    return undefined
  }
  return measure(['bench/peers/langchain.js', site.url, site.email, site.key, String(limit)], spaces, 'key')
}

function isInstalled(): boolean {
  return existsSync(new URL('peers/node_modules/@langchain/community', import.meta.url))
}

async function measure(args: string[], spaces: Site['spaces'], name: 'id' | 'key'): Promise<PeerResult> {
  const { output, peakMb } = await runNode([...args, ...spaces.map((space) => space[name])])
  const { pages, characters, seconds } = Result.parse(JSON.parse(output.trim().split('\n').at(-1) ?? ''))
  if (pages === 0 || characters === 0) throw new Error(`${args[0] ?? ''} read nothing: ${output}`)
  return { pages, seconds, perSecond: pages / seconds, peakMb, spaces: spaces.length }
}
