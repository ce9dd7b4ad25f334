// Kept connections: one pool per origin and set of judged addresses, so that a kept socket never outlives its judgement.
import { Socket, type LookupFunction } from 'node:net'
import { buildConnector, Client, Pool } from 'undici'
import { addressBytes } from './address.ts'
import { Exchange, type Wire } from './exchange.ts'
import { GuardStop } from './failure.ts'
import type { Address } from './guard.ts'

export type LineSettings = { connections: number; connectTimeoutMs: number; maxHeaderBytes: number }
export type Lines = {
  get(origin: string, addresses: readonly Address[], settings: LineSettings): Pool
  close(graceMs?: number): Promise<void>
}

const MAX_POOLS = 512
// Below what servers commonly grant: a request on a connection that the far side is just closing fails ambiguously.
const KEEP_ALIVE_MS = 4_000
const KEEP_ALIVE_MAX_MS = 60_000

/** The pools of one set of rules. `close` lets running requests finish, at most for `graceMs`, and closes every socket. */
export function openLines(): Lines {
  const pools = new Map<string, Pool>()

  function retire(key: string, pool: Pool): void {
    if (pools.get(key) === pool) pools.delete(key)
    void closeQuietly(pool)
  }

  function open(key: string, origin: string, addresses: readonly Address[], settings: LineSettings): Pool {
    const pool = openPool(origin, addresses, settings)
    const retireIdle = (): void => {
      if (pool.stats.connected === 0 && pool.stats.size === 0) retire(key, pool)
    }
    pool.on('disconnect', retireIdle)
    pool.on('connectionError', retireIdle)
    pools.set(key, pool)
    const [oldest] = pools
    if (pools.size > MAX_POOLS && oldest !== undefined) retire(...oldest)
    return pool
  }

  return {
    get(origin, addresses, settings) {
      const set =
        addresses.length === 1
          ? addresses[0]?.address
          : addresses
              .map(({ address }) => address)
              .sort()
              .join()
      const key = `${origin} ${set} ${settings.connectTimeoutMs} ${settings.maxHeaderBytes}`
      return pools.get(key) ?? open(key, origin, addresses, settings)
    },
    async close(graceMs) {
      const closing = [...pools.values()]
      pools.clear()
      const cut = (): void => closing.forEach((pool) => void pool.destroy())
      const timer = graceMs === undefined ? undefined : setTimeout(cut, graceMs)
      await Promise.all(closing.map(closeQuietly))
      clearTimeout(timer)
    },
  }
}

/** Closing fails only when the pool is closed already. */
function closeQuietly(pool: Pool): Promise<void> {
  return pool.close().catch(() => {})
}

function openPool(origin: string, addresses: readonly Address[], settings: LineSettings): Pool {
  const connect = buildConnector({
    allowH2: false,
    timeout: settings.connectTimeoutMs,
    lookup: onlyJudged(addresses),
    autoSelectFamily: true,
    // Node's default of 250 ms per address gives up on far hosts that would have answered.
    autoSelectFamilyAttemptTimeout: 2_000,
  })
  const judged = new Set(addresses.map(({ address }) => addressKey(address)))
  const onlyAddress = addresses.length === 1 ? (addresses[0]?.address ?? '') : ''
  return new Pool(origin, {
    connections: settings.connections,
    allowH2: false,
    factory: (origin) => openLine(origin, connect, { judged, onlyAddress }, settings),
  })
}

function openLine(
  origin: URL,
  connect: buildConnector.connector,
  { judged, onlyAddress }: { judged: ReadonlySet<string>; onlyAddress: string },
  settings: LineSettings,
): Client {
  const wire: Wire = { remoteAddress: '', connectMs: null, tlsMs: null, isNew: false }
  const client = new Client(origin, {
    allowH2: false,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MAX_MS,
    maxHeaderSize: settings.maxHeaderBytes,
    // The exchange's deadline covers the whole call.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect(options, callback) {
      const startedAt = performance.now()
      Object.assign(wire, { remoteAddress: '', connectMs: null, tlsMs: null, isNew: true })
      // It answers the socket, which its type does not say; without it the parts' times stay unknown.
      const dialled: unknown = connect(options, (...[error, socket]) => {
        if (error !== null) {
          wire.remoteAddress ||= addressOf(error) ?? onlyAddress
          return callback(error, null)
        }
        wire.remoteAddress = socket.remoteAddress ?? ''
        if (wire.connectMs !== null && options.protocol === 'https:')
          wire.tlsMs = performance.now() - startedAt - wire.connectMs
        if (judged.has(addressKey(wire.remoteAddress))) return callback(null, socket)
        socket.destroy()
        callback(
          new GuardStop('address-changed', 'was reached at an address that was not judged; the connection was cut.'),
          null,
        )
      })
      if (!(dialled instanceof Socket)) return
      dialled.once('connect', () => {
        wire.connectMs = performance.now() - startedAt
        wire.remoteAddress = dialled.remoteAddress ?? ''
      })
    },
  })
  // A pool does not tell which connection serves a request; here it is known.
  const dispatch = client.dispatch.bind(client)
  client.dispatch = (options, handler) => {
    if (handler instanceof Exchange) handler.wire = wire
    return dispatch(options, handler)
  }
  return client
}

/** The address that an attempt to connect failed at; the first one when there were several. */
function addressOf(error: unknown): string | undefined {
  if (error instanceof AggregateError) return addressOf(error.errors[0])
  return error instanceof Error && 'address' in error && typeof error.address === 'string' ? error.address : undefined
}

/** Answers Node's own lookup from the judgement, so that no second resolution takes place. */
function onlyJudged(addresses: readonly Address[]): LookupFunction {
  const first = addresses[0]
  return (_host, options, done) => {
    if (options.all === true) done(null, [...addresses])
    else done(null, first?.address ?? '', first?.family)
  }
}

function addressKey(address: string): string {
  return addressBytes(address)?.join('.') ?? `unreadable ${address}`
}
