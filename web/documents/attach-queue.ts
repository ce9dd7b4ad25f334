import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { Attachment } from '#schema/document-parts.ts'
import { ApiProblem } from '../api/client.ts'
import { count } from '../ui/format.ts'
import { notifySuccess } from '../ui/notify.ts'
import { sendFile } from './attach-send.ts'

export type Picked = { file: File; isFolder: boolean }
/** `arriving`: all of it has left the browser, and Confluence has not confirmed it. */
export type Step =
  | { is: 'chosen' }
  | { is: 'waiting' }
  | { is: 'arriving' }
  | { is: 'sending'; part: number }
  | { is: 'failed'; problem: string }
/** A file that somebody wants to attach, and how far it has come. */
export type Chosen = Picked & { key: number; comment: string; step: Step }

/** Files on their way to a document, one after the other. What has arrived leaves the list; leaving the page stops the rest. */
export function useQueue(documentId: string, onEmptied: () => void) {
  const { items, latest, put } = useItems(onEmptied)
  const queryClient = useQueryClient()
  const lastKey = useRef(0)
  const isRunning = useRef(false)
  const current = useRef<AbortController>(null)

  useEffect(
    () => () => {
      latest.current = []
      current.current?.abort()
    },
    [latest],
  )

  const step = (key: number, step: Step) => put(latest.current.map((one) => (one.key === key ? { ...one, step } : one)))

  /** Of what is still being sent: an answer may have come before the end. */
  function progress(key: number, part: number): void {
    const isBeingSent = latest.current.find((one) => one.key === key)?.step.is === 'sending'
    if (isBeingSent) step(key, part < 1 ? { is: 'sending', part } : { is: 'arriving' })
  }

  async function sendOne({ key, file, comment }: Chosen): Promise<Attachment | undefined> {
    const stop = new AbortController()
    current.current = stop
    step(key, { is: 'sending', part: 0 })
    try {
      const attached = await sendFile(documentId, file, comment, {
        signal: stop.signal,
        onProgress: (part) => progress(key, part),
      })
      put(latest.current.filter((one) => one.key !== key))
      return attached
    } catch (error) {
      step(key, stop.signal.aborted ? { is: 'chosen' } : { is: 'failed', problem: sentenceOf(error) })
      // Signed out: the others would be refused as well.
      if (error instanceof ApiProblem && error.status === 401) put(latest.current.map(heldBack))
      return undefined
    } finally {
      // Also after a failure: it may have arrived all the same.
      void queryClient.invalidateQueries({ queryKey: ['documents', 'one', documentId, 'attachments'] })
    }
  }

  async function run(): Promise<void> {
    if (isRunning.current) return
    isRunning.current = true
    const attached: Attachment[] = []
    for (let next = firstWaiting(latest.current); next !== undefined; next = firstWaiting(latest.current)) {
      const file = await sendOne(next)
      if (file !== undefined) attached.push(file)
    }
    isRunning.current = false
    if (attached.length > 0) notifySuccess(wordsOf(attached))
  }

  return {
    items,
    isBusy: items.some(isUnderWay),
    add(picked: readonly Picked[]) {
      const added = picked.map((one): Chosen => ({
        ...one,
        key: (lastKey.current += 1),
        comment: '',
        step: { is: 'chosen' },
      }))
      put([...latest.current, ...added])
    },
    /** Without a comment each has the one that it was sent with before. */
    send(keys: readonly number[], comment?: string) {
      put(
        latest.current.map((one) =>
          keys.includes(one.key) && !isUnderWay(one)
            ? { ...one, comment: comment ?? one.comment, step: { is: 'waiting' } }
            : one,
        ),
      )
      void run()
    },
    /** Stops what is being sent. Nothing of it arrives: the server reads a file to its end before it sends it on. */
    stop: () => current.current?.abort(),
    remove: (key: number) => put(latest.current.filter((one) => one.key !== key)),
    clear: () => put(latest.current.filter(isUnderWay)),
  }
}

/** The list as it is shown, and as it is now: what is sent next is decided between two renderings. */
function useItems(onEmptied: () => void) {
  const [items, setItems] = useState<readonly Chosen[]>([])
  const latest = useRef(items)
  function put(next: readonly Chosen[]): void {
    const isEmptied = latest.current.length > 0 && next.length === 0
    latest.current = next
    setItems(next)
    if (isEmptied) onEmptied()
  }
  return { items, latest, put }
}

export function isUnderWay({ step }: Chosen): boolean {
  return step.is === 'waiting' || step.is === 'sending' || step.is === 'arriving'
}

function firstWaiting(items: readonly Chosen[]): Chosen | undefined {
  return items.find(({ step }) => step.is === 'waiting')
}

function heldBack(one: Chosen): Chosen {
  return one.step.is === 'waiting' ? { ...one, step: { is: 'chosen' } } : one
}

function wordsOf(attached: readonly Attachment[]): string {
  const [first] = attached
  if (first === undefined || attached.length > 1) return `${count(attached.length, 'file')} were attached`
  return first.version > 1 ? `“${first.name}” was attached as version ${first.version}` : `“${first.name}” was attached`
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
