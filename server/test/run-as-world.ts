/** For the matrix of in whose name deliveries are sent: every place and permission at once, sending held until it is let go. */
import { sql } from 'kysely'
import type { Definition, Trigger } from '#schema/workflow.ts'
import type { App } from '#server/app.ts'
import { ensureSigningSecrets } from '#server/credentials/signing.ts'
import { transact } from '#server/db/transact.ts'
import { startDispatcher } from '#server/deliveries/dispatch.ts'
import { startTestApp, type TestApp } from './app.ts'
import type { Answer } from './client.ts'
import { makeCredential, makeWorld, type World } from './credential-world.ts'
import { jsonReply, startLoopback, type Asked, type Loopback } from './loopback.ts'
import { asAdmin, newPerson, type Signed } from './people.ts'
import { clear, happenTo, insertPage, insertWorkflow, route, untilQuiet } from './routing.ts'

export const WHO = ['person', 'owner'] as const
export const GRANTS = ['none', 'use', 'view', 'edit', 'administrate', 'group', 'everyone'] as const
export const CREDENTIALS = ['global', 'own', 'other'] as const
export const WORKFLOWS = ['global', 'space'] as const
export type Grant = (typeof GRANTS)[number]
export type Place = (typeof CREDENTIALS)[number]
/** One delivery: of a step of this person or of the system, with which permission, from where with a credential of where. */
export type Cell = { who: (typeof WHO)[number]; grant: Grant; credential: Place; workflow: (typeof WORKFLOWS)[number] }

export const CELLS: readonly Cell[] = WHO.flatMap((who) =>
  WORKFLOWS.flatMap((workflow) =>
    CREDENTIALS.flatMap((credential) => GRANTS.map((grant) => ({ who, workflow, credential, grant }))),
  ),
)

/** `name`: shared with credentials of other scopes that everybody may administrate. */
export type Held = { id: string; name: string; secret: string; grant: Grant; place: Place }
/** What became of a cell. */
export type Ending = { status: string; code: string | null; detail: string | null; as: string | null; attempts: number }
export type Run = { status: string; as: string | null; actions: { status: string; detail: string | null }[] }
/** Everything of one change: the person it is about, the credentials, and what came of it. */
export type Batch = { person: Signed; credentials: Held[]; workflows: Map<string, string>; page: string }
export type Outcome = {
  held: (cell: Cell) => Held
  asked: (cell: Cell) => Asked[]
  ending: (cell: Cell) => Ending | undefined
  run: (cell: Cell) => Run | undefined
  /** Credentials whose refusal is on record in this person's name. */
  refused: ReadonlySet<string>
}

export type RunAsWorld = AsyncDisposable & {
  server: TestApp
  world: World
  site: Loopback
  /** How far the server's clock is ahead of the real one. */
  clock: { aheadMs: number }
}

/** No worker: events wait until they are routed, deliveries until a dispatcher is started. */
export async function startRunAsWorld(): Promise<RunAsWorld> {
  const site = await startLoopback(jsonReply(200, {}))
  const clock = { aheadMs: 0 }
  const server = await startTestApp({
    config: { egressAllow: site.host, roles: ['api'] },
    lent: { clock: { now: () => new Date(Date.now() + clock.aheadMs) } },
  })
  return {
    server,
    world: await makeWorld(server, await asAdmin(server)),
    site,
    clock,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await site[Symbol.asyncDispose]()
    },
  }
}

/** A change with all it needs, and when it is made: before the events are routed, or once everything waits to be sent. */
export type Made = { between: 'event and queue' | 'queue and attempt'; make: (batch: Batch) => Promise<unknown> }

/** From the event to the sink, in a fresh place: what became of every cell when this was changed on the way. */
export async function runAll(scene: RunAsWorld, name: string, change: Made, more: object = {}): Promise<Outcome> {
  const { app } = scene.server
  await clear(app)
  scene.site.asked.length = 0
  const batch = await prepare(scene, name, more)
  await cause(scene, batch)
  if (change.between === 'event and queue') await change.make(batch)
  await route(app)
  if (change.between === 'queue and attempt') await change.make(batch)
  const dispatcher = startDispatcher(app)
  try {
    await untilQuiet(app)
  } finally {
    await dispatcher[Symbol.asyncDispose]()
    scene.clock.aheadMs = 0
  }
  return readOutcome(scene, batch)
}

async function prepare(scene: RunAsWorld, name: string, more: object): Promise<Batch> {
  const { server, world } = scene
  const person = await newPerson(server, world.admin.client, name)
  await join(world, person, true)
  done(await world.admin.client.patch(`/groups/${world.groupId}`, { members: [person.id] }))
  const wanted = CREDENTIALS.flatMap((place) => GRANTS.map((grant) => ({ place, grant })))
  const credentials = await Promise.all(wanted.map((one) => makeHeld(scene, person, one, more)))
  const page = await insertPage(server.app, world.docs.id)
  const workflows = new Map<string, string>()
  for (const who of WHO)
    for (const workflow of WORKFLOWS) {
      const owner = who === 'owner' ? person : world.admin
      const id = await makeWorkflow(scene, { who, workflow, ownerId: owner.id }, credentials)
      workflows.set(`${who} ${workflow}`, id)
    }
  return { person, credentials, workflows, page: page.id }
}

/** An editor of DOCS, or nobody there; a reader of OTHER. */
export async function join(world: World, person: Signed, isInDocs: boolean): Promise<void> {
  const member = { principal: `user:${person.id}`, role: 'editor' }
  const { client } = world.admin
  done(await client.put('/spaces/DOCS/members', { members: isInDocs ? [member] : [] }))
  done(await client.put('/spaces/OTHER/members', { members: [{ ...member, role: 'reader' }] }))
}

/** The credential, and in the other scopes that its workflows see one of the same name that everybody may administrate. */
async function makeHeld(
  { server: { app }, world, site }: RunAsWorld,
  person: Signed,
  { place, grant }: { place: Place; grant: Grant },
  more: object,
): Promise<Held> {
  const name = `${person.email} ${place} ${grant}`
  const secret = `the-secret-of-${place}-${grant}`
  const labels = { global: 'global', own: 'space:DOCS', other: 'space:OTHER' }
  const common = { name, domains: [site.host, 'api.example.com'], allowHttp: true }
  const grants = grantsOf(world, person, grant)
  const id = await makeCredential(app, labels[place], { ...common, bearer: { token: secret }, grants, ...more })
  for (const twin of ['global', 'own'] as const) {
    const bearer = { token: `a-twin-of-${place}-${grant}` }
    if (twin !== place)
      await makeCredential(app, labels[twin], { ...common, bearer, grants: { everyone: 'administrate' } })
  }
  return { id, name, secret, grant, place }
}

function grantsOf({ groupId, stranger }: World, person: Signed, grant: Grant): Record<string, string> {
  if (grant === 'none') return { [`user:${stranger.id}`]: 'administrate' }
  if (grant === 'group') return { [`group:${groupId}`]: 'use' }
  if (grant === 'everyone') return { everyone: 'use' }
  return { [`user:${person.id}`]: grant }
}

/** One action for each credential. It is stored without the checks of saving, which would refuse the foreign ones. */
async function makeWorkflow(
  { server: { app }, world, site }: RunAsWorld,
  { who, workflow, ownerId }: Pick<Cell, 'who' | 'workflow'> & { ownerId: string },
  credentials: readonly Held[],
): Promise<string> {
  const triggers = GRANTS.map((grant): Trigger => {
    const held = credentials.filter((one) => one.grant === grant)
    return {
      id: grant,
      on: who === 'person' ? 'status.changed' : 'page.updated',
      ...(who === 'person' ? { if: { field: 'status.to', is: 'approved' } } : {}),
      do: held.map(({ id: credentialId, place: credential }) => ({
        id: `${grant}-${credential}`,
        type: 'authenticated-webhook',
        credentialId,
        url: `${site.url}${pathOf({ who, workflow, credential, grant })}`,
        body: { title: '${page.title}' },
      })),
    }
  })
  const steps: Partial<Definition> = {
    statuses: [
      { id: 'draft', name: 'Draft' },
      { id: 'approved', name: 'Approved' },
    ],
    transitions: [{ from: 'draft', to: 'approved', name: 'Approve' }],
  }
  const definition = { name: `${who} ${workflow}`, ...(who === 'person' ? steps : {}), triggers }
  const space = workflow === 'space' ? world.docs : undefined
  const id = await insertWorkflow(app, { space, ownerId }, definition)
  const signed = credentials.map(({ grant, place }) => ({ actionId: `${grant}-${place}`, signing: 'v1' }) as const)
  await transact(app.db, (tx) => ensureSigningSecrets(app, tx, id, signed))
  return id
}

/** The person takes a step in his workflows; the page is updated, as if by an admin, whose name counts for nothing then. */
async function cause({ server: { app }, world }: RunAsWorld, batch: Batch): Promise<void> {
  const page = await app.db.selectFrom('documents').selectAll().where('id', '=', batch.page).executeTakeFirstOrThrow()
  const stored = { ...page, spaceId: page.space_id, parentId: null }
  await happenTo(app, stored, 'page.created')
  await route(app)
  for (const workflow of WORKFLOWS) {
    const workflowId = batch.workflows.get(`person ${workflow}`)
    done(await batch.person.client.post(`/documents/${page.id}/transition`, { workflowId, to: 'approved' }))
  }
  await happenTo(app, stored, 'page.updated', { actorId: world.admin.id })
}

async function readOutcome({ server: { app }, site }: RunAsWorld, batch: Batch): Promise<Outcome> {
  const { rows: deliveries } = await sql<Ending & { url: string }>`
    select url, status, code, detail, attempts, run_as_name as "as" from deliveries`.execute(app.db)
  const { rows: runs } = await sql<Run & { workflow: string; trigger: string }>`
    select workflow_id as workflow, trigger_id as trigger, status, run_as_name as "as", actions from workflow_runs`.execute(
    app.db,
  )
  const refused = await refusedOf(app, batch.person)
  return {
    held: ({ credential, grant }) =>
      one(batch.credentials, (held) => held.place === credential && held.grant === grant),
    asked: (cell) => site.asked.filter(({ url }) => url === pathOf(cell)),
    ending: (cell) => deliveries.find(({ url }) => url === `${site.url}${pathOf(cell)}`),
    run: ({ who, workflow, grant }) =>
      runs.find((run) => run.workflow === batch.workflows.get(`${who} ${workflow}`) && run.trigger === grant),
    refused,
  }
}

async function refusedOf({ db }: App, { id }: Signed): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('audit')
    .select('target')
    .where('action', '=', 'credential.use.refused')
    .where('actor', '=', id)
    .execute()
  return new Set(rows.map(({ target }) => target.replace('credential:', '')))
}

function pathOf({ who, workflow, credential, grant }: Cell): string {
  return `/${who}/${workflow}/${credential}/${grant}`
}

function one<T>(all: readonly T[], isIt: (each: T) => boolean): T {
  const found = all.find(isIt)
  if (found === undefined) throw new Error('what should have been made is not there')
  return found
}

export function done({ status, body }: Answer): void {
  if (status >= 300) throw new Error(`it was answered ${status}: ${JSON.stringify(body)}`)
}
