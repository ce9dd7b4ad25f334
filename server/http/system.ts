import { createRoute } from '@hono/zod-openapi'
import { EgressCheck, EgressVerdict, Health, Readiness, SystemState } from '#schema/system.ts'
import { authorize } from '#server/access/policy.ts'
import type { App } from '#server/app.ts'
import { checkEgress } from '#server/egress/check.ts'
import { checkReadiness } from '#server/ops/health.ts'
import { readSystemState } from '#server/ops/system-state.ts'
import { actorOf, body, json, openDoor, problems, type Door } from './door.ts'

const tags = ['System']

/** Health and readiness are open to anyone; the rest is for platform admins. */
export function systemDoors(app: App): Door {
  const door = openDoor()

  const health = { method: 'get', path: '/health', tags, summary: 'Does the process answer' } as const
  door.openapi(createRoute({ ...health, responses: { 200: json(Health, 'It does.') } }), (c) =>
    c.json({ status: 'ok' as const }, 200),
  )

  const ready = { method: 'get', path: '/ready', tags, summary: 'Can requests be answered now' } as const
  const readyAnswers = { 200: json(Readiness, 'They can.'), 503: json(Readiness, 'Not now; a check says why.') }
  door.openapi(createRoute({ ...ready, responses: readyAnswers }), async (c) => {
    const readiness = Readiness.parse(await checkReadiness(app))
    return readiness.ready ? c.json(readiness, 200) : c.json(readiness, 503)
  })

  const system = { method: 'get', path: '/system', tags, summary: 'What runs here' } as const
  door.openapi(
    createRoute({ ...system, responses: { ...problems, 200: json(SystemState, 'Its state.') } }),
    async (c) => {
      authorize(actorOf(c), 'system.read')
      return c.json(SystemState.parse(await readSystemState(app)), 200)
    },
  )

  const egress = {
    method: 'post',
    path: '/system/egress/check',
    tags,
    summary: 'Would this URL be called',
    request: { body: body(EgressCheck) },
  } as const
  const verdict = json(EgressVerdict, 'The judgement. Nothing was dialled.')
  door.openapi(createRoute({ ...egress, responses: { ...problems, 200: verdict } }), async (c) => {
    authorize(actorOf(c), 'egress.read')
    return c.json(EgressVerdict.parse(await checkEgress(app.config, c.req.valid('json'))), 200)
  })
  return door
}
