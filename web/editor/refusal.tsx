import { Alert, List } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ApiProblem } from '../api/client.ts'
import { showOnMount } from '../ui/focus.ts'

/** Why the text was not taken, sentence by sentence. */
export function Refusal({ problem }: { problem: ApiProblem }) {
  // A single one stands in the title already.
  const sentences = problem.errors.length > 1 ? problem.errors.map(({ message }) => message) : []
  return (
    <Alert ref={showOnMount} role="alert" color="red" icon={<IconAlertTriangle />} title={problem.message}>
      {sentences.length > 0 && (
        <List size="sm">
          {sentences.map((sentence, index) => (
            <List.Item key={index}>{sentence}</List.Item>
          ))}
        </List>
      )}
    </Alert>
  )
}
