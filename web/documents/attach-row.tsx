import { Badge, Button, Progress, Text } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { formatBytes } from '../ui/format.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { Row } from '../ui/rows.tsx'
import type { Chosen } from './attach-queue.ts'

type AttachRowProps = {
  item: Chosen
  /** Why it is not sent. */
  refusal: string | undefined
  /** What becomes of a file that has its name. */
  replaces: string | undefined
  onStop: () => void
  onRetry: () => void
  onRemove: () => void
}

/** One file that is to be attached: what it meets, how far it is, why it failed. */
export function AttachRow({ item, refusal, replaces, onStop, onRetry, onRemove }: AttachRowProps) {
  const { file, step } = item
  const isOnItsWay = step.is === 'sending' || step.is === 'arriving'
  return (
    <Row
      action={
        <>
          {step.is === 'failed' && (
            <Button variant="default" size="xs" aria-label={`Try again: ${file.name}`} onClick={onRetry}>
              Try again
            </Button>
          )}
          {step.is === 'sending' && (
            <Button variant="default" size="xs" aria-label={`Stop sending ${file.name}`} onClick={onStop}>
              Stop
            </Button>
          )}
          {!isOnItsWay && (
            <IconButton label={`Remove ${file.name} from the list`} tooltip="Remove from the list" onClick={onRemove}>
              <IconX size={16} aria-hidden />
            </IconButton>
          )}
        </>
      }
    >
      <Text size="sm">
        <strong>{file.name}</strong>{' '}
        <Text span size="xs" c="dimmed">
          {formatBytes(file.size)}
        </Text>{' '}
        {refusal === undefined && replaces !== undefined && (
          <Badge variant="light" color="orange" size="sm">
            New version
          </Badge>
        )}
      </Text>
      {refusal !== undefined && <Fault>{refusal}</Fault>}
      {step.is === 'failed' && <Fault isNews>{step.problem}</Fault>}
      {refusal === undefined && replaces !== undefined && <Text size="xs">{replaces}</Text>}
      <Way item={item} />
    </Row>
  )
}

function Way({ item: { file, step } }: { item: Chosen }) {
  if (step.is === 'chosen' || step.is === 'failed') return null
  if (step.is === 'waiting') return <Note>Waits for its turn.</Note>
  const percent = step.is === 'sending' ? Math.floor(step.part * 100) : 100
  return (
    <>
      <Progress size="sm" my={6} value={percent} aria-label={`Sending ${file.name}`} />
      <Note>{step.is === 'arriving' ? 'Sent. Confluence takes it in …' : `${percent} % sent`}</Note>
    </>
  )
}

function Note({ children }: { children: string }) {
  return (
    <Text size="xs" c="dimmed">
      {children}
    </Text>
  )
}

function Fault({ isNews = false, children }: { isNews?: boolean; children: string }) {
  return (
    <Text size="xs" c="var(--mantine-color-error)" {...(isNews && { role: 'alert' })}>
      {children}
    </Text>
  )
}
