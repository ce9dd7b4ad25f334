import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import { pageOf } from '#schema/common.ts'
import { SearchResult } from '#schema/document.ts'
import {
  DefinitionVerdict,
  type DryRun,
  DryRunResult,
  type NewWorkflow,
  type RunStatus,
  SendTestResult,
  SigningSecret,
  Workflow,
  type WorkflowChange,
  type WorkflowCopy,
  WorkflowDetail,
  WorkflowRun,
  WorkflowVersion,
  WorkflowVersionDetail,
} from '#schema/workflow-api.ts'
import { Credential, DomainsVerdict } from '#schema/credential.ts'
import { Nothing, get, send } from './client.ts'
import { paged, readAll } from './paged.ts'

export function workflowsQuery(scope: string) {
  return infiniteQueryOptions(paged(['workflows', 'list', scope], `${scopePath(scope)}/workflows`, pageOf(Workflow)))
}

export function workflowQuery(id: string) {
  return queryOptions({
    queryKey: ['workflows', 'one', id],
    queryFn: () => get(workflowPath(id), WorkflowDetail),
  })
}

export function addWorkflow(scope: string, input: z.input<typeof NewWorkflow>) {
  return send('POST', `${scopePath(scope)}/workflows`, input, WorkflowDetail)
}

export function changeWorkflow(id: string, input: WorkflowChange) {
  return send('PUT', workflowPath(id), input, WorkflowDetail)
}

/** `forget`: its pages lose their status in it. */
export function deleteWorkflow(id: string, forget: boolean) {
  return send('DELETE', workflowPath(id) + (forget ? '?pages=forget' : ''), undefined, Nothing)
}

export function copyWorkflow(id: string, input: WorkflowCopy) {
  return send('POST', `${workflowPath(id)}/copy`, input, WorkflowDetail)
}

/** Judges a definition as far as it can be read; nothing is stored. */
export function checkWorkflow(scope: string, definition: unknown, workflowId: string | undefined) {
  const input = { definition, ...(workflowId !== undefined && { workflowId }) }
  return send('POST', `${scopePath(scope)}/workflows/check`, input, DefinitionVerdict)
}

export function renewSigningSecret(id: string, actionId: string) {
  return send('POST', `${actionPath(id, actionId)}/signing-secret`, undefined, SigningSecret)
}

export function dryRun(id: string, input: DryRun) {
  return send('POST', `${workflowPath(id)}/dry-run`, input, DryRunResult)
}

export function sendTest(id: string, actionId: string, documentId: string | undefined) {
  return send(
    'POST',
    `${actionPath(id, actionId)}/test`,
    documentId === undefined ? {} : { documentId },
    SendTestResult,
  )
}

export function runsOfWorkflowQuery(id: string, status: RunStatus | undefined) {
  return infiniteQueryOptions(
    paged(['workflows', 'one', id, 'runs'], `${workflowPath(id)}/runs`, pageOf(WorkflowRun), { status, limit: 20 }),
  )
}

export function versionsOfWorkflowQuery(id: string) {
  return infiniteQueryOptions(
    paged(['workflows', 'one', id, 'versions'], `${workflowPath(id)}/versions`, pageOf(WorkflowVersion), { limit: 20 }),
  )
}

export function readWorkflowVersion(id: string, version: number) {
  return get(`${workflowPath(id)}/versions/${version}`, WorkflowVersionDetail)
}

/** Credentials that a workflow of the scope may send: its own and the global ones, each as far as the caller sees it. */
export function pickableCredentialsQuery(scope: string) {
  return queryOptions({
    queryKey: ['workflows', 'credentials', scope],
    staleTime: 30_000,
    queryFn: async () => {
      const scopes = scope === 'global' ? [scope] : [scope, 'global']
      const lists = await Promise.all(scopes.map((one) => readAll(`${scopePath(one)}/credentials`, pageOf(Credential))))
      return lists.flatMap(({ items }) => items)
    },
  })
}

/** Whether a credential's domains would let a URL pass. Nothing is sent there. */
export function urlCheckQuery(credentialId: string, url: string) {
  return queryOptions({
    queryKey: ['credentials', credentialId, 'domains-check', url],
    gcTime: 0,
    queryFn: () =>
      send('POST', `/credentials/${encodeURIComponent(credentialId)}/domains/check`, { url }, DomainsVerdict),
  })
}

/** The first pages that a search finds, for choices. */
export function pagesFoundQuery(scope: string, text: string) {
  const space = /^space:(.+)$/.exec(scope)?.[1]
  return queryOptions({
    queryKey: ['workflows', 'pages', scope, text],
    enabled: text !== '',
    staleTime: 30_000,
    queryFn: async () => {
      const { items } = await get('/search', SearchResult, { q: text, space, limit: 10 })
      return items.map(({ document }) => document)
    },
  })
}

function scopePath(scope: string): string {
  return `/scopes/${encodeURIComponent(scope)}`
}

function workflowPath(id: string): string {
  return `/workflows/${encodeURIComponent(id)}`
}

function actionPath(id: string, actionId: string): string {
  return `${workflowPath(id)}/actions/${encodeURIComponent(actionId)}`
}
