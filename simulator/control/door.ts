import { z } from 'zod'
import { json, type Answer } from '../answer.ts'
import { DcChange } from '../dc/settings.ts'
import { Fault } from '../faults.ts'
import type { Control } from './control.ts'

/*
 * The control over HTTP, for a simulator that runs as a process of its own: POST /__control/{name} with a JSON array of
 * the same arguments; GET for what takes none. The listener is bound to loopback.
 */
const Id = z.string()
const Kind = z.enum(['page', 'blogpost', 'folder'])
const Status = z.enum(['current', 'archived', 'trashed', 'draft'])
const Principals = z.object({ users: z.array(z.string()), groups: z.array(z.string()) })
const Text = z.string().exactOptional()
const PageEdit = z.strictObject({
  title: Text,
  storage: Text,
  message: Text,
  by: Text,
  minorEdit: z.boolean().exactOptional(),
  at: z.number().exactOptional(),
})
const NewPage = z.strictObject({
  space: z.string(),
  title: z.string(),
  storage: Text,
  by: Text,
  parentId: z.string().nullable().exactOptional(),
  kind: Kind.exactOptional(),
  status: Status.exactOptional(),
  labels: z.array(z.string()).exactOptional(),
  at: z.number().exactOptional(),
})
const NewFile = z.strictObject({
  name: z.string(),
  content: z.string(),
  mediaType: Text,
  encoding: z.enum(['utf-8', 'base64']).exactOptional(),
  comment: Text,
  by: Text,
})
const NewRemark = z.strictObject({
  kind: z.enum(['footer', 'inline']),
  storage: z.string(),
  selection: Text,
  parentId: Text,
  resolved: z.boolean().exactOptional(),
  by: Text,
})
const NewSpace = z.strictObject({
  key: z.string(),
  name: z.string(),
  type: z.enum(['global', 'personal', 'knowledge_base']).exactOptional(),
  status: z.enum(['current', 'archived']).exactOptional(),
  description: Text,
  by: Text,
})
const NewUser = z.strictObject({
  email: z.string(),
  key: z.string(),
  name: Text,
  groups: z.array(z.string()).exactOptional(),
  scopes: z.array(z.string()).exactOptional(),
  spaces: z.array(z.string()).exactOptional(),
  timeZone: Text,
  username: Text,
  password: Text,
})

const SpacePrincipal = z.strictObject({
  type: z.enum(['user', 'group', 'role', 'access-class']),
  id: z.string(),
})

type Call = (args: unknown) => unknown

export function controlDoor(control: Control): (request: { method: string; path: string; body: Buffer }) => Answer {
  const calls = new Map(Object.entries(callsOf(control)))
  return ({ path, body }) => {
    const name = /^\/__control\/(\w+)/.exec(path)?.[1] ?? ''
    const call = calls.get(name)
    if (call === undefined) return json(404, { error: `No control "${name}". Known: ${[...calls.keys()].join(', ')}` })
    try {
      const args: unknown = body.length === 0 ? [] : JSON.parse(body.toString())
      return json(200, call(args) ?? null)
    } catch (error) {
      return json(400, { error: error instanceof z.ZodError ? z.prettifyError(error) : String(error) })
    }
  }
}

function callsOf(control: Control): Record<keyof Control, Call> {
  return {
    page: call(z.tuple([Id]), control.page),
    comments: call(z.tuple([Id]), control.comments),
    createPage: call(z.tuple([NewPage]), control.createPage),
    editPage: call(z.tuple([Id, PageEdit]), control.editPage),
    movePage: call(
      z.tuple([Id, z.strictObject({ parentId: z.string().nullable().exactOptional(), space: Text })]),
      control.movePage,
    ),
    trashPage: call(z.tuple([Id]), control.trashPage),
    restorePage: call(z.tuple([Id]), control.restorePage),
    purgePage: call(z.tuple([Id]), control.purgePage),
    setDraft: call(
      z.tuple([Id, z.strictObject({ title: z.string(), storage: z.string() }).nullable()]),
      control.setDraft,
    ),
    setLive: call(z.tuple([Id, z.boolean()]), control.setLive),
    archivePage: call(z.tuple([Id]), control.archivePage),
    addLabel: call(z.tuple([Id, z.string()]), control.addLabel),
    removeLabel: call(z.tuple([Id, z.string()]), control.removeLabel),
    setRestriction: call(
      z.tuple([Id, z.object({ read: Principals.exactOptional(), update: Principals.exactOptional() }).nullable()]),
      control.setRestriction,
    ),
    addAttachment: call(z.tuple([Id, NewFile]), control.addAttachment),
    removeAttachment: call(z.tuple([Id, z.string()]), control.removeAttachment),
    addComment: call(z.tuple([Id, NewRemark]), control.addComment),
    editComment: call(z.tuple([Id, z.string()]), control.editComment),
    removeComment: call(z.tuple([Id]), control.removeComment),
    setSpaceReaders: call(
      z.tuple([z.string(), z.array(SpacePrincipal), z.record(z.string(), z.array(SpacePrincipal)).default({})]),
      control.setSpaceReaders,
    ),
    setAccount: call(
      z.tuple([
        z.string(),
        z.strictObject({
          email: z.boolean().exactOptional(),
          active: z.boolean().exactOptional(),
          guest: z.boolean().exactOptional(),
          groups: z.array(z.string()).exactOptional(),
        }),
      ]),
      control.setAccount,
    ),
    readers: call(z.tuple([Id]), control.readers),
    createSpace: call(z.tuple([NewSpace]), control.createSpace),
    renameSpace: call(z.tuple([z.string(), z.strictObject({ name: Text, alias: Text })]), control.renameSpace),
    archiveSpace: call(z.tuple([z.string()]), control.archiveSpace),
    restoreSpace: call(z.tuple([z.string()]), control.restoreSpace),
    deleteSpace: call(z.tuple([z.string()]), control.deleteSpace),
    addUser: call(z.tuple([NewUser]), control.addUser),
    revokeKey: call(z.tuple([z.string()]), control.revokeKey),
    setKey: call(z.tuple([z.string(), z.string()]), control.setKey),
    setPassword: call(z.tuple([z.string(), z.string()]), control.setPassword),
    setDataCenter: call(z.tuple([DcChange]), control.setDataCenter),
    setScopes: call(z.tuple([z.string(), z.array(z.string()).nullable()]), control.setScopes),
    setSpaces: call(z.tuple([z.string(), z.array(z.string()).nullable()]), control.setSpaces),
    setFault: call(z.tuple([Fault]), control.setFault),
    clearFaults: call(z.tuple([]), control.clearFaults),
    setLatency: call(z.tuple([z.number()]), control.setLatency),
    setSearchLag: call(z.tuple([z.number()]), control.setSearchLag),
    now: call(z.tuple([]), control.now),
    advance: call(z.tuple([z.number()]), control.advance),
    truth: call(z.tuple([]), control.truth),
    requests: call(z.tuple([]), control.requests),
    clearRequests: call(z.tuple([]), control.clearRequests),
  }
}

function call<A extends unknown[]>(shape: z.ZodType<A>, run: (...args: A) => unknown): Call {
  return (args) => run(...shape.parse(args))
}
