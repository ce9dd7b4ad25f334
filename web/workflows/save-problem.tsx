import { Alert, Button } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ApiProblem } from '../api/client.ts'
import { showOnMount } from '../ui/focus.ts'

type SaveProblemProps = { problem: ApiProblem | undefined; onReload: () => void }

/** Why the server did not save, with the way out where somebody else was faster. */
export function SaveProblem({ problem, onReload }: SaveProblemProps) {
  if (problem === undefined) return null
  return (
    <Alert ref={showOnMount} role="alert" color="red" mt="md" icon={<IconAlertTriangle />} title={problem.message}>
      {problem.code === 'stale' && (
        <>
          Copy what you need of yours from the JSON view, then load what is there now.
          <Button variant="default" size="xs" mt="xs" display="block" onClick={onReload}>
            Load what is there now
          </Button>
        </>
      )}
    </Alert>
  )
}
