import { Badge, Button, Group, Stack, Text } from '@mantine/core'
import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import type { Workflow } from '#schema/workflow-api.ts'
import { itemsOf } from '../api/paged.ts'
import { readWorkflowVersion, versionsOfWorkflowQuery } from '../api/workflows.ts'
import { LoadMore, Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { notifySuccess } from '../ui/notify.ts'
import { Row, Rows } from '../ui/rows.tsx'
import { Draft } from './draft.ts'

type VersionListProps = { workflow: Workflow; onTake: (draft: Draft) => void }

/** Who changed the definition, and when; each version can be taken into the editor. */
export function VersionList({ workflow, onTake }: VersionListProps) {
  const versions = useInfiniteQuery(versionsOfWorkflowQuery(workflow.id))
  const take = useMutation({
    mutationFn: (version: number) => readWorkflowVersion(workflow.id, version),
    onSuccess: ({ version, definition }) => {
      notifySuccess(`Version ${version} is in the editor`, 'Nothing is changed before it is saved.')
      onTake(Draft.parse(definition))
    },
  })
  return (
    <Loaded query={versions}>
      {({ pages }) => (
        <Stack gap="sm">
          <Text c="dimmed" size="sm">
            Each change of the definition. Take one into the editor to look at it, to try it, or to go back to it.
          </Text>
          <Rows label="Versions">
            {itemsOf(pages).map(({ version, at, by }, index) => (
              <Row
                key={version}
                action={
                  <Button
                    variant="default"
                    size="xs"
                    loading={take.isPending && take.variables === version}
                    onClick={() => take.mutate(version)}
                  >
                    Take version {version} into the editor
                  </Button>
                }
              >
                <Group gap="xs">
                  <strong>Version {version}</strong>
                  {index === 0 && (
                    <Badge variant="light" size="sm">
                      current
                    </Badge>
                  )}
                </Group>
                <Text size="xs" c="dimmed">
                  <Moment time={at} /> by {by.name ?? 'somebody who is gone'}
                </Text>
              </Row>
            ))}
          </Rows>
          <LoadMore query={versions} />
        </Stack>
      )}
    </Loaded>
  )
}
