import { expect } from 'vitest'
import type { SimulatorOptions } from '../start.ts'
import { hasShared, openContract, type Contract } from './contract.ts'
import { openDataCenter, type Ask, type Reply, type Site } from './site.ts'

/** A Data Center whose every answer is held against the vendor's document; what differs is told when it is closed. */
export async function openJudged(options: SimulatorOptions = {}): Promise<Site> {
  const site = await openDataCenter(options)
  const contract = hasShared ? openContract('data-center-10.0.3', '') : undefined
  const wrong: string[] = []
  const ask = async (path: string, asked: Ask = {}): Promise<Reply> => {
    const reply = await site.ask(path, asked)
    if (contract !== undefined) wrong.push(...judge(contract, path, asked.method ?? 'GET', reply))
    return reply
  }
  return {
    ...site,
    ask,
    [Symbol.asyncDispose]: async () => {
      await site[Symbol.asyncDispose]()
      expect(wrong).toEqual([])
    },
  }
}

// Where the document is silent or errs: experimental calls and downloads are not in it; it promises 201 for the list of
// files; it names few of the ways in which calls fail; and it calls a list of errors an object, which recorded answers are not.
function judge(contract: Contract, path: string, method: string, { status, json }: Reply): string[] {
  const [bare = ''] = path.split('?')
  if (!bare.startsWith('/rest/api/')) return []
  const documented = method === 'GET' && bare.endsWith('/child/attachment') && status === 200 ? 201 : status
  const found = contract.check(method, bare, documented, json).filter((one) => one !== '/data/errors must be object')
  return status >= 300 && found.some((one) => / has no \d+ for | knows no /.test(one))
    ? []
    : found.map((one) => `${method} ${path}: ${one}`)
}
