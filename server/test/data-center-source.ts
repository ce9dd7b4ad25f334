import { startSimulator, type Simulator, type SimulatorOptions } from '#simulator/start.ts'
import { openClient } from '#server/connectors/confluence/client.ts'
import { openDataCenter } from '#server/connectors/confluence/data-center.ts'
import type { Source } from '#server/connectors/confluence/source.ts'
import { openEgress, type EgressFetch } from '#server/egress/fetch.ts'
import { parseEgressAllow } from '#server/egress/guard.ts'
import { systemClock } from '#server/platform/clock.ts'

export const BOT = 'bot@dc.example'
const TOKEN = 'a-token-of-the-bot'

export type DataCenterSource = AsyncDisposable & {
  simulator: Simulator
  source: Source
  /** Key of its first space. */
  space: string
  /** Ids of the living pages of that space, sorted. */
  pageIds(): string[]
}

/** A simulated Data Center and a source that reads it by a token, without a Lockkeeper between; waits are a thousandth. */
export async function openDataCenterSource(options: SimulatorOptions = {}): Promise<DataCenterSource> {
  const users = [{ email: BOT, key: TOKEN, groups: ['confluence-administrators', 'confluence-users'] }]
  const simulator = await startSimulator({ mode: 'dc', users, ...options })
  const { host } = new URL(simulator.url)
  const egress = openEgress({ rules: { allow: parseEgressAllow(host), ownOrigins: [] } })
  const fetch: EgressFetch = (url, init = {}) =>
    egress(url, { ...init, headers: { ...init.headers, authorization: `Bearer ${TOKEN}` } })
  const client = openClient({ fetch, base: simulator.url, clock: systemClock, retryStartMs: 1, retryCapMs: 2 })
  const space = simulator.control.truth().spaces[0]?.key ?? ''
  const isOwn = (node: { kind: string; status: string; space: string }) =>
    node.kind === 'page' && node.status === 'current' && node.space === space
  return {
    simulator,
    source: openDataCenter(client),
    space,
    pageIds: () =>
      simulator.control
        .truth()
        .nodes.filter(isOwn)
        .map((node) => node.id)
        .toSorted(),
    async [Symbol.asyncDispose]() {
      await egress[Symbol.asyncDispose]()
      await simulator[Symbol.asyncDispose]()
    },
  }
}

export async function all<T>(batches: AsyncIterable<T>): Promise<T[]> {
  const got: T[] = []
  for await (const batch of batches) got.push(batch)
  return got
}
