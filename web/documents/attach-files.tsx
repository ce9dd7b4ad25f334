import { Alert, Button, Group, Stack, Text, TextInput, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import type { DocumentDetail } from '#schema/document.ts'
import { announce } from '../ui/announcer.tsx'
import { count } from '../ui/format.ts'
import { ReasonButton } from '../ui/reason-button.tsx'
import { Rows } from '../ui/rows.tsx'
import classes from './attach-files.module.css'
import { AttachLeave } from './attach-leave.tsx'
import { attachedNamesQuery, refusalOf, useFileLimit } from './attach-limits.ts'
import { type Chosen, type Picked, useQueue } from './attach-queue.ts'
import { AttachRow } from './attach-row.tsx'
import { AttachZone } from './attach-zone.tsx'

/** Attaches files to a document: they are chosen, looked over, and sent one after the other. */
export function AttachFiles({ document: target }: { document: DocumentDetail }) {
  const { id, title } = target
  const limit = useFileLimit(target)
  const button = useRef<HTMLButtonElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  const form = useRef<HTMLFormElement>(null)
  const [comment, setComment] = useState('')
  const queue = useQueue(id, () => {
    setComment('')
    if (losesFocus(form.current)) button.current?.focus()
  })
  const { items, isBusy } = queue
  const names = useQuery({ ...attachedNamesQuery(id), enabled: items.length > 0 })
  const sendable = items.filter((item) => refusalOf(item, limit) === undefined)
  const ready = sendable.filter(({ step }) => step.is === 'chosen')
  const isReady = ready.length > 0 && !isBusy && names.data !== undefined

  function add(picked: Picked[]): void {
    queue.add(picked)
    const refused = picked.filter((one) => refusalOf(one, limit) !== undefined).length
    announce(`${count(picked.length, 'file')} chosen${refused === 0 ? '' : `, ${refused} cannot be attached`}.`)
  }

  function send(): void {
    if (!isReady) return
    const keys = ready.map(({ key }) => key)
    queue.send(keys, comment.trim())
    toHeading()
  }

  /** The button that was pressed is another one now, or none. */
  function toHeading(): void {
    heading.current?.focus()
  }

  function submit(event: FormEvent): void {
    event.preventDefault()
    send()
  }

  function remove(key: number): void {
    queue.remove(key)
    if (items.length > 1) toHeading()
  }

  if (limit?.megabytes === 0) {
    return (
      <Text size="sm" c="dimmed" mb="md">
        “{limit.integrationName}” takes no files: its limit is 0 MB.
      </Text>
    )
  }
  return (
    <>
      <AttachZone limit={limit} buttonRef={button} onPick={add} />
      <AttachLeave isBusy={isBusy} />
      {items.length > 0 && (
        <form ref={form} onSubmit={submit}>
          <Stack gap="sm" mb="xl" className={classes.chosen}>
            <Title order={2} fz="md" ref={heading} tabIndex={-1}>
              Files to attach
            </Title>
            <Rows label="Files to attach">
              {items.map((item) => (
                <AttachRow
                  key={item.key}
                  item={item}
                  refusal={refusalOf(item, limit)}
                  replaces={replacedBy(item, sendable, names.data)}
                  onStop={() => {
                    queue.stop()
                    toHeading()
                  }}
                  onRetry={() => {
                    queue.send([item.key])
                    toHeading()
                  }}
                  onRemove={() => remove(item.key)}
                />
              ))}
            </Rows>
            {names.error !== null && <NamesUnknown error={names.error} onRetry={() => void names.refetch()} />}
            {ready.length > 0 && !isBusy && (
              <TextInput
                label="Comment"
                description="Optional. It stands beside each of these files, here and in Confluence."
                maxLength={500}
                value={comment}
                onChange={(event) => setComment(event.currentTarget.value)}
              />
            )}
            <Group gap="sm">
              {(ready.length > 0 || isBusy) && (
                <ReasonButton onClick={send} disabledReason={isReady ? undefined : reasonOf(isBusy, names.error)}>
                  {isBusy ? 'Sending …' : `Send ${count(ready.length, 'file')}`}
                </ReasonButton>
              )}
              {!isBusy && (
                <Button variant="default" onClick={queue.clear}>
                  {ready.length > 0 ? 'Cancel' : 'Close'}
                </Button>
              )}
              {ready.length > 0 && !isBusy && (
                <Text size="xs" c="dimmed">
                  To “{title}” in Confluence.
                </Text>
              )}
            </Group>
          </Stack>
        </form>
      )}
    </>
  )
}

function NamesUnknown({ error, onRetry }: { error: Error; onRetry: () => void }) {
  return (
    <Alert role="alert" color="red" title="It could not be looked up which of these names are attached already.">
      <Stack gap="xs" align="flex-start">
        {error.message}
        <Button variant="default" size="xs" onClick={onRetry}>
          Try again
        </Button>
      </Stack>
    </Alert>
  )
}

function reasonOf(isBusy: boolean, error: Error | null): string {
  if (isBusy) return 'Files are being sent.'
  return error === null
    ? 'It is being looked up which of these names are attached already.'
    : 'It is not known which of these names are attached already.'
}

/** What becomes of a file that has this one's name. `others`: what is sent, in its order. */
function replacedBy(
  { key, file: { name } }: Chosen,
  others: readonly Chosen[],
  names: Map<string, number> | undefined,
) {
  if (others.some((other) => other.key < key && other.file.name === name))
    return 'Another file of this name stands above: this becomes a newer version of it.'
  const version = names?.get(name)
  if (version === undefined) return undefined
  return `A file of this name is attached already, in version ${version}: this becomes a new version of it.`
}

/** Whether the focus stands on what is about to go, or has gone with it. */
function losesFocus(form: HTMLFormElement | null): boolean {
  const { activeElement, body } = document
  return activeElement === null || activeElement === body || form?.contains(activeElement) === true
}
