/** Definitions with one fault, and what is expected of each. */
import { expect } from 'vitest'
import { DefinitionVerdict } from '#schema/workflow-api.ts'
import type { Client } from './client.ts'
import { publishing, refusalOf } from './workflow-scene.ts'

/** `path` and `message`: what is told; the message in part. */
export type Fault = [what: string, definition: () => unknown, path: string, message: string]

export const hook = { type: 'webhook', url: 'https://api.example.com/' }
export const say = { type: 'notify', to: ['owner'], text: 'Hi' }
export const draft = { id: 'draft', name: 'Draft' }

/** A trigger that does this. */
export function doing(action: object, trigger: object = {}): object {
  return { ...publishing(), triggers: [{ id: 't', on: 'status.changed', do: [action], ...trigger }] }
}

/** The same by the clock. */
export function timed(cron: string, timezone?: string, action: object = say): object {
  return doing(action, { on: 'schedule', cron, ...(timezone !== undefined && { timezone }) })
}

/** One that acts under this condition. */
export function only(condition: object): object {
  return doing(say, { if: condition })
}

export function trigger(id: string, actionId?: string): object {
  return { id, on: 'page.created', do: [{ ...say, ...(actionId !== undefined && { id: actionId }) }] }
}

/** A step from draft to review, with these changes, and more of them. */
export function steps(change: object, ...more: object[]): object {
  const step = { from: 'draft', to: 'review', name: 'Submit', ...change }
  return { ...publishing(), triggers: [], transitions: [step, ...more] }
}

export function nested(levels: number): unknown {
  return levels === 0 ? 'x' : [nested(levels - 1)]
}

export async function check(client: Client, definition: unknown, label = 'space:DOCS'): Promise<DefinitionVerdict> {
  const answer = await client.post(`/scopes/${label}/workflows/check`, { definition })
  return DefinitionVerdict.parse(answer.body)
}

/** It is told with its place and nothing else is, and it keeps the definition from being saved. */
export async function expectFault(client: Client, [, definition, path, message]: Fault): Promise<void> {
  const { errors, pages } = await check(client, definition())
  expect(errors).toContainEqual({ path, message: expect.stringContaining(message) })
  expect(errors.filter((error) => !path.startsWith(error.path))).toEqual([])
  expect(pages).toBe(null)
  const saved = refusalOf(await client.post('/scopes/space:DOCS/workflows', { definition: definition() }))
  expect(saved).toMatchObject({ status: 422, errors })
  expect(saved.code).toBe(path === 'format' ? 'newer-definition' : 'invalid-definition')
}
