/** Commands about deliveries: what came of them, and sending them again. */
import { Id } from '#schema/common.ts'
import {
  DeliveryQuery,
  DeliveryRecovery,
  DeliveryReplay,
  type Delivery,
  type DeliveryDetail,
} from '#schema/delivery.ts'
import { listDeliveries } from '#server/deliveries/list.ts'
import { readDelivery } from '#server/deliveries/read.ts'
import { recoverDeliveries } from '#server/deliveries/recover.ts'
import { replayDelivery } from '#server/deliveries/replay.ts'
import { flag, needText, parseInput, text, timeOf, UsageError, type Command, type Given } from './command.ts'
import { table } from './table.ts'

const FILTERS = { status: text, workflow: text, space: text, receiver: text, since: text } as const

const list: Command = {
  usage: `list [--status queued|sent|failed|dead] [--workflow ID] [--run ID] [--space KEY] [--receiver RECEIVER]
    [--since TIME] [--limit 1–250] [--cursor CURSOR]            newest first`,
  options: { ...FILTERS, run: text, limit: text, cursor: text },
  async run(app, actor, given) {
    const query = parseInput(DeliveryQuery, filtersOf(given, ['run', 'limit', 'cursor']))
    const page = await listDeliveries(app, actor, query)
    const more = page.nextCursor === null ? '' : `\nThere are more: --cursor ${page.nextCursor}`
    return { answer: page, text: `${printDeliveries(page.items)}${more}` }
  },
}

const show: Command = {
  usage: 'show ID                                        what was sent, and every attempt',
  options: {},
  words: 1,
  async run(app, actor, given) {
    const delivery = await readDelivery(app, actor, idOf(given))
    return { answer: delivery, text: printDelivery(delivery) }
  },
}

const replay: Command = {
  usage: 'replay ID [--reason TEXT]                      sends it again, under the same id',
  options: { reason: text },
  words: 1,
  async run(app, actor, given) {
    const id = idOf(given)
    const reason = given.text('reason')
    const delivery = await replayDelivery(app, actor, id, parseInput(DeliveryReplay, { reason }))
    return { answer: delivery, text: `Delivery ${delivery.id} to ${delivery.receiver} waits to be sent.` }
  },
}

const recover: Command = {
  usage: `recover --since TIME [--status dead|failed] [--workflow ID] [--space KEY] [--receiver RECEIVER] [--write]
    sends all again that died since then; without --write it counts them`,
  options: { ...FILTERS, write: flag },
  async run(app, actor, given) {
    needText(given, 'since')
    const input = parseInput(DeliveryRecovery, { ...filtersOf(given), dryRun: !given.flag('write') })
    const answer = await recoverDeliveries(app, actor, input)
    if (!answer.dryRun) return { answer, text: `Queued ${answer.count} deliveries again.` }
    return {
      answer,
      text: `${answer.count} deliveries would be sent again. Nothing was done. Add --write.`,
      exitCode: 1,
    }
  },
}

export const DELIVERY_COMMANDS: Record<string, Command> = { list, show, replay, recover }

/** Those of the options that are given, as the API takes them. */
function filtersOf(given: Given, more: readonly string[] = []): Record<string, string> {
  const names = [...Object.keys(FILTERS), ...more]
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = name === 'since' ? timeOf(given.text(name)) : given.text(name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

function idOf(given: Given): string {
  const [id] = given.words
  if (id === undefined) throw new UsageError('Name the delivery by its id, which is its webhook-id, too.')
  return parseInput(Id, id)
}

function printDeliveries(items: readonly Delivery[]): string {
  const rows = items.map(({ id, status, createdAt, workflow, receiver, attempts, code }) => [
    id,
    status,
    createdAt,
    workflow.name,
    receiver,
    `${attempts} attempts`,
    code ?? '',
  ])
  return table(rows, 'There is none.')
}

function printDelivery(delivery: DeliveryDetail): string {
  const { id, status, workflow, actionId, method, url, document, space, credential, runAs, log } = delivery
  const lines: [string, string | null][] = [
    ['id', id],
    ['status', delivery.detail === null ? status : `${status}: ${delivery.detail}`],
    ['workflow', `${workflow.name} (${workflow.id}), action ${actionId}`],
    ['request', `${method} ${url}`],
    ['page', document === null ? null : `${document.title} (${document.id})`],
    ['space', space],
    ['credential', credential === null ? null : `${credential.name ?? ''} (${credential.id})`.trim()],
    ['as', runAs === null ? null : (runAs.name ?? runAs.id)],
    ['made', delivery.createdAt],
    ['next', delivery.waitsForReceiver ? 'when its receiver answers again' : delivery.nextAt],
    ['over', delivery.finishedAt],
    ...log.map(({ number, at, code, address, timing }): [string, string] => [
      `attempt ${number}`,
      `${at}  ${code}  ${timing.totalMs} ms${address === null ? '' : `  ${address}`}`,
    ]),
  ]
  return table(
    lines.flatMap(([label, value]) => (value === null ? [] : [[label, value]])),
    '',
  )
}
