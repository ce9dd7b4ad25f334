import { createRoute } from '@hono/zod-openapi'
import { pageOf } from '#schema/common.ts'
import {
  Delivery,
  DeliveryDetail,
  DeliveryFigures,
  DeliveryQuery,
  DeliveryRecovered,
  DeliveryRecovery,
  DeliveryReplay,
  FiguresQuery,
} from '#schema/delivery.ts'
import type { App } from '#server/app.ts'
import { readFigures } from '#server/deliveries/figures.ts'
import { listDeliveries } from '#server/deliveries/list.ts'
import { readDelivery } from '#server/deliveries/read.ts'
import { recoverDeliveries } from '#server/deliveries/recover.ts'
import { replayDelivery } from '#server/deliveries/replay.ts'
import { actorOf, body, IdParam, json, openDoor, problem, problems, type Door } from './door.ts'

const tags = ['Deliveries']
const DeliveryPage = pageOf(Delivery)

/** For admins of a space those for it; for platform admins all. */
export function deliveryDoors(app: App): Door {
  const door = openDoor()
  ofReading(door, app)
  ofSendingAgain(door, app)
  return door
}

function ofReading(door: Door, app: App): void {
  const list = {
    method: 'get',
    path: '/deliveries',
    tags,
    summary: 'Deliveries of webhooks',
    request: { query: DeliveryQuery },
  } as const
  door.openapi(
    createRoute({ ...list, responses: { ...problems, 200: json(DeliveryPage, 'Newest first.') } }),
    async (c) => c.json(DeliveryPage.parse(await listDeliveries(app, actorOf(c), c.req.valid('query'))), 200),
  )

  // Before /{id}, of which it would be one.
  const figures = {
    method: 'get',
    path: '/deliveries/figures',
    tags,
    summary: 'Attempts over time, and receivers in trouble',
    request: { query: FiguresQuery },
  } as const
  const counted = json(DeliveryFigures, '`sent` counts attempts of these hours; the other counts are of now.')
  door.openapi(createRoute({ ...figures, responses: { ...problems, 200: counted } }), async (c) =>
    c.json(DeliveryFigures.parse(await readFigures(app, actorOf(c), c.req.valid('query'))), 200),
  )

  const get = {
    method: 'get',
    path: '/deliveries/{id}',
    tags,
    summary: 'A delivery with its attempts',
    request: { params: IdParam },
  } as const
  const detail = json(DeliveryDetail, 'What was sent and answered; secrets are masked.')
  door.openapi(createRoute({ ...get, responses: { ...problems, 200: detail } }), async (c) =>
    c.json(DeliveryDetail.parse(await readDelivery(app, actorOf(c), c.req.valid('param').id)), 200),
  )
}

function ofSendingAgain(door: Door, app: App): void {
  const replay = {
    method: 'post',
    path: '/deliveries/{id}/replay',
    tags,
    summary: 'Send a delivery again, under the same id',
    request: { params: IdParam, body: body(DeliveryReplay) },
  } as const
  const queued = { 200: json(Delivery, 'It waits to be sent.'), 409: problem('It waited already.') }
  door.openapi(createRoute({ ...replay, responses: { ...problems, ...queued } }), async (c) => {
    const replayed = await replayDelivery(app, actorOf(c), c.req.valid('param').id, c.req.valid('json'))
    return c.json(Delivery.parse(replayed), 200)
  })

  const recover = {
    method: 'post',
    path: '/deliveries/recover',
    tags,
    summary: 'Send all again that died since a time',
    request: { body: body(DeliveryRecovery) },
  } as const
  const recovered = json(
    DeliveryRecovered,
    'How many; with `dryRun`, which is so unless it is false, how many it would be.',
  )
  door.openapi(createRoute({ ...recover, responses: { ...problems, 200: recovered } }), async (c) =>
    c.json(DeliveryRecovered.parse(await recoverDeliveries(app, actorOf(c), c.req.valid('json'))), 200),
  )
}
