import { Alert, Button, Group, Text } from '@mantine/core'
import { z } from 'zod'
import { By } from '#schema/credential.ts'
import type { ApiProblem } from '../api/client.ts'
import { showOnMount } from '../ui/focus.ts'
import { FormProblem } from '../ui/form.tsx'
import { fieldWords, nameOf } from './words.ts'

const Stale = z.object({ changed: z.array(z.string()), by: By })

type ChangeProblemProps = { problem: ApiProblem | undefined; onReload: () => void }

/** Why a change was refused. When somebody else was quicker: what he changed, and the way to go on. */
export function ChangeProblem({ problem, onReload }: ChangeProblemProps) {
  if (problem?.code !== 'stale') return <FormProblem problem={problem} />
  const stale = Stale.safeParse(problem.members)
  return (
    <Alert ref={showOnMount} role="alert" color="orange" title="It was changed meanwhile">
      <Text size="sm" mb="xs">
        {stale.success
          ? `${nameOf(stale.data.by)} changed: ${fieldWords(stale.data.changed)}. Nothing of yours was saved.`
          : problem.message}
      </Text>
      <Group>
        <Button size="xs" variant="default" onClick={onReload}>
          Load again
        </Button>
      </Group>
    </Alert>
  )
}
