import { Badge, Group, Stack, Text, Title } from '@mantine/core'
import type { DeliveryAttempt } from '#schema/delivery.ts'
import { formatTime } from '../ui/format.ts'
import classes from './attempts.module.css'
import { Message } from './message.tsx'
import { TimingBar } from './timing-bar.tsx'
import { formatMs } from './words.ts'

/** Every attempt, the last one first and open. */
export function Attempts({ log }: { log: readonly DeliveryAttempt[] }) {
  const attempts = log.toSorted((one, other) => other.number - one.number)
  return (
    <Stack component="section" gap="sm" aria-label="Attempts">
      <Title order={2}>Attempts</Title>
      {attempts.length === 0 && <Text c="dimmed">There was none yet.</Text>}
      {attempts.map((attempt, index) => (
        <details key={attempt.number} className={classes.attempt} open={index === 0}>
          <summary>
            <Summary attempt={attempt} />
          </summary>
          <Content attempt={attempt} />
        </details>
      ))}
    </Stack>
  )
}

function Summary({ attempt: { number, at, code, status, timing } }: { attempt: DeliveryAttempt }) {
  return (
    <Group component="span" gap="xs" className={classes.summary}>
      <Text span fw={650} size="sm">
        Attempt {number}
      </Text>
      <Badge component="span" color={code === 'sent' ? 'green' : 'red'} variant="light">
        {status === null ? code : `Status ${status}`}
      </Badge>
      <Text span size="sm" c="dimmed">
        {formatTime(at)} · {formatMs(timing.totalMs)}
      </Text>
    </Group>
  )
}

function Content({ attempt }: { attempt: DeliveryAttempt }) {
  const { number, detail, address, timing, request, answer, status } = attempt
  return (
    <Stack gap="md" className={classes.content}>
      {detail !== null && <Text size="sm">{detail}</Text>}
      <TimingBar timing={timing} />
      {address !== null && (
        <Text size="sm" c="dimmed">
          Sent to the address {address}
        </Text>
      )}
      <section aria-label="Sent">
        <Text size="sm" fw={600} mb={4}>
          Sent
        </Text>
        <Message
          label={`What attempt ${number} sent`}
          first={`${request.method} ${request.url}`}
          headers={request.headers}
          body={null}
        />
      </section>
      <section aria-label="Answer">
        <Text size="sm" fw={600} mb={4}>
          Answer
        </Text>
        {answer === null ? (
          <Text size="sm" c="dimmed">
            There was none.
          </Text>
        ) : (
          <Message
            label={`What was answered to attempt ${number}`}
            first={status === null ? '' : `Status ${status}`}
            headers={answer.headers}
            body={answer.body}
          />
        )}
        {answer?.isCut === true && (
          <Text size="xs" c="dimmed" mt={4}>
            Only the beginning of the answer is kept.
          </Text>
        )}
      </section>
    </Stack>
  )
}
