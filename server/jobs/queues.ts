import { z } from 'zod'

/** What a job of each queue carries: ids only, never a secret. */
export type Payloads = {
  'integrations.sync': { runId: string }
  'workflows.act': { runId: string; actionId: string }
}

export type QueueName = keyof Payloads

type Queue<Q extends QueueName> = {
  payload: z.ZodType<Payloads[Q]>
  retryLimit: number
  retryDelaySeconds: number
  expireInSeconds: number
  /** A job whose process was killed is given to another after this time (10 is the least). */
  heartbeatSeconds: number
  /** How many of its jobs one process does at once. */
  concurrency: number
}

/** Every queue and how its jobs are retried. */
export const QUEUES: { [Q in QueueName]: Queue<Q> } = {
  'integrations.sync': {
    payload: z.object({ runId: z.uuid() }),
    retryLimit: 20,
    retryDelaySeconds: 2,
    expireInSeconds: 86_400,
    heartbeatSeconds: 15,
    concurrency: 4,
  },
  // An action gives up by itself after fewer tries (workflows/act.ts); the rest is for processes that were killed at it.
  'workflows.act': {
    payload: z.object({ runId: z.uuid(), actionId: z.string() }),
    retryLimit: 40,
    retryDelaySeconds: 5,
    expireInSeconds: 600,
    heartbeatSeconds: 15,
    concurrency: 4,
  },
}
