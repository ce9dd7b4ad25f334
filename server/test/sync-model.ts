/**
 * A model check of syncing: the site changes at random, answers badly at random, the server is killed at random. When
 * all that stops, one sweep later the store must hold what the site holds. The quarantine ends again and again meanwhile, and
 * nothing that lives on the site loses its row.
 */
import { expect } from 'vitest'
import { z } from 'zod'
import { SyncRun, type RunMode } from '#schema/integration.ts'
import { BrakePage } from '#schema/sync-health.ts'
import { untilOver } from './sync-site.ts'
import { change } from './sync-model-changes.ts'
import { endQuarantine, proveEqual, proveNothingLivingPurged, proveThrownAwayGone } from './sync-model-proofs.ts'
import { someFault, type Deployment, type Step } from './sync-model-steps.ts'
import { linkPeople, openWorld, type ModelServer, type World } from './sync-model-world.ts'

/** Carries the steps out on a site of its own and holds the store against it; throws where they differ. How many were purged at the end. */
export async function checkModel(
  server: ModelServer,
  steps: readonly Step[],
  deployment: Deployment = 'cloud',
): Promise<number> {
  await using world = await openWorld(server, { pages: 70, blogPosts: 6, mode: deployment })
  await untilOver(server.admin(), world.integrationId)
  await linkPeople(world)
  for (const step of steps) await take(world, step)
  await settle(world)
  await proveEqual(world)
  const purged = await proveThrownAwayGone(world)
  expect((await server.admin().delete(`/integrations/${world.integrationId}`)).status).toBe(204)
  return purged
}

/** Faults stop and one sweep follows; where a brake asks, somebody says that it is right. */
export async function settle(world: World): Promise<void> {
  await endBeside(world)
  world.simulator.control.clearFaults()
  await sync(world, 'sweep')
  const waiting = await world.server.admin().get(`/integrations/${world.integrationId}/brakes?state=waiting`)
  for (const brake of BrakePage.parse(waiting.body).items) {
    expect((await world.server.admin().post(`/brakes/${brake.id}/confirm`, {})).status).toBe(200)
    await untilOver(world.server.admin(), world.integrationId)
  }
}

async function take(world: World, step: Step): Promise<void> {
  const { control } = world.simulator
  switch (step.kind) {
    case 'fault':
      return control.setFault(someFault(step, world.deployment))
    case 'clear-faults':
      return control.clearFaults()
    case 'incremental':
    case 'sweep':
    case 'full':
      await endBeside(world)
      await sync(world, step.kind)
      return proveNothingLivingPurged(world)
    case 'end-quarantine':
      await endQuarantine(world)
      return
    case 'beside':
      await endBeside(world)
      world.beside = await queue(world, step.a % 2 === 0 ? 'incremental' : 'sweep')
      return
    case 'crash':
      return world.server.crash()
    default:
      change(world, step.kind, step)
  }
}

export async function queue(world: World, mode: RunMode): Promise<string> {
  const answer = await world.server.admin().post(`/integrations/${world.integrationId}/sync`, { mode })
  expect([202, 409]).toContain(answer.status)
  if (answer.status === 202) return SyncRun.parse(answer.body).id
  // One is under way already, by the clock or since a crash.
  const { body } = await world.server.admin().get(`/integrations/${world.integrationId}/runs?limit=1`)
  return z.object({ items: z.tuple([SyncRun]) }).parse(body).items[0].id
}

async function sync(world: World, mode: RunMode): Promise<void> {
  for (;;) {
    const run = await untilOver(world.server.admin(), world.integrationId, await queue(world, mode))
    if (run.mode === mode) return
  }
}

async function endBeside(world: World): Promise<void> {
  if (world.beside !== undefined) await untilOver(world.server.admin(), world.integrationId, world.beside)
  world.beside = undefined
}
